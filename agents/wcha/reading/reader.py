"""The harvest's side of its reader."""

import contextlib
import json
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Self

import structlog

from agents.wcha.errors import ReaderDied, TooSlow
from agents.wcha.reading import wire
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

    :meth:`start` it before threads are started: a fork takes over whatever locks others hold.
    """

    def __init__(self, settings: HarvestSettings, checkpoint: Callable[[], None] = _go_on) -> None:
        self._settings = settings
        self._checkpoint = checkpoint
        self._turn = threading.Lock()
        self._pid = 0
        self._pipe: Connection[bytes, bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> "Connection[bytes, bytes]":
        """Fork the reader, where it is not there."""
        if self._pipe is None:
            from agents.wcha.reading.child import serve

            ours, theirs = Pipe()
            try:
                pid = os.fork()
            except BaseException:
                ours.close()
                theirs.close()
                raise
            if pid == 0:
                serve(theirs, self._settings)
            self._pid, self._pipe = pid, ours
            theirs.close()
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
        limit = min(seconds or self._settings.source_seconds, self._settings.source_seconds)
        with self._turn:
            found = wire.unpack(self._ask(data, limit))
        if isinstance(found, Extracted):
            return found
        if found.cause:
            _log.warning("source_parser_failed", reason=found.cause)
        raise found.error

    def _ask(self, data: bytes, seconds: float) -> bytes:
        try:
            pipe = self.start()
            pipe.send_bytes(json.dumps(seconds).encode())
            pipe.send_bytes(data)
            return self._wait(pipe, seconds)
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
