"""The reader's side: one child for each document."""

import contextlib
import os
import signal
from multiprocessing.connection import Connection
from typing import NoReturn

from agents.wcha.errors import ReaderDied, TooSlow
from agents.wcha.reading import wire
from agents.wcha.reading.confine import keep_only, leave_parent, limit, shut
from agents.wcha.reading.warm import warm
from agents.wcha.settings import HarvestSettings

_OUT_OF_TIME = frozenset({signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL})


def serve(pipe: "Connection[bytes, bytes]", settings: HarvestSettings) -> NoReturn:
    """Answer documents until the harvest closes its end. Never returns: the caller's stack,
    with its clean-up, belongs to another process.
    """
    with contextlib.suppress(BaseException):
        leave_parent(pipe.fileno())
        warm()
        while True:
            wish = wire.unpack_wish(pipe.recv_bytes(wire.LONGEST_WISH))
            data = pipe.recv_bytes()
            pipe.send_bytes(_read_apart(data, wish, settings))
    os._exit(0)


def _read_apart(data: bytes, wish: wire.Wish, settings: HarvestSettings) -> bytes:
    """What a child of its own finds in a document, or how it ended."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        # Nothing is left to speak through but one answer.
        keep_only(into)
        _read(data, into, wish, settings)
    os.close(into)
    with os.fdopen(out, "rb") as answers:
        answer = answers.read(wire.MOST_BYTES + 1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        late = os.WTERMSIG(status) in _OUT_OF_TIME
        return wire.pack_fault(TooSlow() if late else ReaderDied())
    return answer if 0 < len(answer) <= wire.MOST_BYTES else wire.pack_fault(ReaderDied())


def _read(data: bytes, into: int, wish: wire.Wish, settings: HarvestSettings) -> NoReturn:
    try:
        limit(wish.seconds, settings.source_max_memory)
        # A legacy encoding is a module that may still have to be loaded, so the bytes are
        # decoded first; only then is everything shut.
        answer = _feed(data, wish) if wish.entries else _text(data, settings)
    except BaseException as error:
        answer = wire.pack_fault(error)
    with contextlib.suppress(BaseException), os.fdopen(into, "wb") as out:
        out.write(answer)
    os._exit(0)


def _text(data: bytes, settings: HarvestSettings) -> bytes:
    from agents.wcha.extract import extract

    return wire.pack(extract(data, settings, before_parsing=shut))


def _feed(data: bytes, wish: wire.Wish) -> bytes:
    from agents.wcha.formats.feed import prepare, read_feed

    prepare(data)
    shut()
    return wire.pack(read_feed(data, wish.entries))
