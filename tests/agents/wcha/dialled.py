"""Every address this process dials, noted below all our code."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class _Listener:
    others: frozenset[threading.Thread]
    heard: list[tuple[str, int]] = field(default_factory=list)


_LISTENING: list[_Listener] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _LISTENING:
        dialling, address = arguments
        if dialling.type == socket.SOCK_STREAM and isinstance(address, tuple):
            for listener in _LISTENING:
                if threading.current_thread() not in listener.others:
                    listener.heard.append((str(address[0]), int(address[1])))


sys.addaudithook(_note)


@contextmanager
def dialled() -> Iterator[list[tuple[str, int]]]:
    """The addresses and ports that are dialled within the block, by this thread and by any that
    began within it; what other tests left at work in this process is their business."""
    others = frozenset(threading.enumerate()) - {threading.current_thread()}
    listener = _Listener(others)
    _LISTENING.append(listener)
    try:
        yield listener.heard
    finally:
        _LISTENING.remove(listener)
