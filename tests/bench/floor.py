"""``python -m tests.bench.floor <port>``: what no server can do without.

Every 200 ms one frame, made once, is given to the kernel for every plain TCP connection.
"""

import gc
import socket
import sys
import time

from tests.bench.frames import FRAME_SECONDS, stamped_message


def serve(port: int) -> None:
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


if __name__ == "__main__":
    gc.disable()
    serve(int(sys.argv[1]))
