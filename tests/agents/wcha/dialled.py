"""Every address this process dials, noted below all our code."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LISTENING: list[list[tuple[str, int]]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _LISTENING:
        dialling, address = arguments
        if dialling.type == socket.SOCK_STREAM and isinstance(address, tuple):
            for heard in _LISTENING:
                heard.append((str(address[0]), int(address[1])))


sys.addaudithook(_note)


@contextmanager
def dialled() -> Iterator[list[tuple[str, int]]]:
    """The addresses and ports that any thread dials within the block."""
    heard: list[tuple[str, int]] = []
    _LISTENING.append(heard)
    try:
        yield heard
    finally:
        _LISTENING.remove(heard)
