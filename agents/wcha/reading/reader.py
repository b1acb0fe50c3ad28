"""The harvest's side of its reader."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import structlog

from agents.wcha.errors import ReaderDied, TooSlow
from agents.wcha.formats.feed import Feed
from agents.wcha.reading import wire
from agents.wcha.reading.launching import Launch, fork
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_log = structlog.get_logger(__name__)
_LOOK = 0.5
"""Seconds between two looks whether the reading is still wanted."""
_GRACE = 5.0


def _go_on() -> None:
    """Nobody can stop this reading."""


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


class Reader:
    """Reads documents in a process of its own, one after another. Safe to share between threads.

    One that is *forked* has the parsers at once; :meth:`start` it before threads are started: a
    fork takes over whatever locks others hold. One that is *spawned* loads them itself, and may be
    started from any thread, at any time.
    """

    def __init__(
        self,
        settings: HarvestSettings,
        checkpoint: Callable[[], None] = _go_on,
        launch: Launch = fork,
    ) -> None:
        self._settings = settings
        self._checkpoint = checkpoint
        self._launch = launch
        self._turn = threading.Lock()
        self._pid = 0
        self._pipe: Connection[bytes, bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> "Connection[bytes, bytes]":
        """Start the reader, where it is not there."""
        if self._pipe is None:
            self._pid, self._pipe = self._launch(self._settings)
        return self._pipe

    def close(self) -> None:
        """End the reader and whatever it is reading."""
        pid, pipe = self._pid, self._pipe
        self._pid, self._pipe = 0, None
        if pipe is not None:
            pipe.close()
        if pid:
            # To a kill, 0 would be our own group.
            _end(pid)

    def read(self, data: bytes, seconds: float | None = None) -> Extracted:
        """The text of a document, within so many seconds.

        Raises:
            UnreadableSource: one of its kinds, with a sentence for the listener.
        """
        found = self._read(data, seconds or self._settings.source_seconds)
        if isinstance(found, Extracted):
            return found
        raise ReaderDied

    def read_feed(self, data: bytes, entries: int, seconds: float) -> Feed:
        """The newest so many entries of a feed. Raises as :meth:`read`, and NoFeed."""
        found = self._read(data, seconds, entries)
        if isinstance(found, Feed):
            return found
        raise ReaderDied

    def _read(self, data: bytes, seconds: float, entries: int = 0) -> Extracted | Feed:
        wish = wire.Wish(min(seconds, self._settings.source_seconds), entries)
        with self._turn:
            found = wire.unpack(self._ask(data, wish))
        if not isinstance(found, wire.Fault):
            return found
        if found.cause:
            _log.warning("source_parser_failed", reason=found.cause)
        raise found.error

    def _ask(self, data: bytes, wish: wire.Wish) -> bytes:
        try:
            pipe = self.start()
            pipe.send_bytes(wire.pack_wish(wish))
            pipe.send_bytes(data)
            return self._wait(pipe, wish.seconds)
        except (EOFError, OSError) as error:
            self.close()
            raise ReaderDied from error
        except BaseException:
            # Not wanted any more, or too late: an answer that still comes must not be the next.
            self.close()
            raise

    def _wait(self, pipe: "Connection[bytes, bytes]", seconds: float) -> bytes:
        # The reader bounds its child; this bounds the reader, whatever happened to it.
        for _ in range(int((2 * seconds + _GRACE) / _LOOK) + 1):
            if pipe.poll(_LOOK):
                return pipe.recv_bytes(wire.MOST_BYTES)
            self._checkpoint()
        raise TooSlow
