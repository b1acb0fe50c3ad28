"""``python -m tests.bench.floor <port> <way>``: what no server can do without.

Every 200 ms one frame, made once, is sent to every plain TCP connection. ``way`` is ``kernel``
(the socket's own ``send``) or ``transport`` (``write`` of asyncio's transport under uvloop).
"""

import asyncio
import gc
import socket
import sys
import time
from typing import Any

import uvloop

from tests.bench.frames import FRAME_SECONDS, stamped_message


def by_kernel(port: int) -> None:
    """Accept in between, send in time."""
    door = socket.create_server(("127.0.0.1", port), backlog=4096)
    door.setblocking(False)
    listeners: list[socket.socket] = []
    began, number = time.monotonic(), 0
    while True:
        due = began + number * FRAME_SECONDS
        while (rest := due - time.monotonic()) > 0:
            _accept(door, listeners)
            time.sleep(min(rest, 0.01))
        message = stamped_message(number)
        for listener in list(listeners):
            try:
                listener.send(message)
            except OSError:
                listeners.remove(listener)
        number += 1


def _accept(door: socket.socket, listeners: list[socket.socket]) -> None:
    while True:
        try:
            listener, _ = door.accept()
        except BlockingIOError:
            return
        listeners.append(listener)


class Plain(asyncio.Protocol):
    """A connection that is only written to."""

    def __init__(self, writers: list[Any]) -> None:
        self._writers = writers

    def connection_made(self, transport: Any) -> None:
        self._write = transport.write
        self._writers.append(self._write)

    def connection_lost(self, exc: Exception | None) -> None:
        self._writers.remove(self._write)


async def by_transport(port: int) -> None:
    """The same by an event loop's transports."""
    writers: list[Any] = []
    await asyncio.get_running_loop().create_server(
        lambda: Plain(writers), "127.0.0.1", port, backlog=4096
    )
    began, number = time.monotonic(), 0
    while True:
        await asyncio.sleep(began + number * FRAME_SECONDS - time.monotonic())
        message = stamped_message(number)
        for write in writers:
            write(message)
        number += 1


if __name__ == "__main__":
    gc.disable()
    if sys.argv[2] == "kernel":
        by_kernel(int(sys.argv[1]))
    elif sys.argv[2] == "asyncio":
        asyncio.run(by_transport(int(sys.argv[1])))
    else:
        uvloop.run(by_transport(int(sys.argv[1])))
