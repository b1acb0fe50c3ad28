"""``python -m tests.bench.crowd``: thousands of listeners in one process, each with the least work.

Reads one JSON line ``{"port", "path", "count", "stalled", "websocket"}``, connects, says
``{"connected"}``; every further line on standard input is answered with what was heard since the
last: ``{"frames", "lateness": [p50, p99, worst], "missing", "silent", "gone"}``.
"""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import struct
import time
from array import array
from typing import Any

STAMP = struct.Struct(">8sQd")
"""Inside every frame: the mark, its number, and the moment it was made (monotonic seconds)."""
MARK = b"\xa5stamped"
BATCH = 200
LONGEST_HANDSHAKE = 30.0


class Listener:
    """One connection; what it holds between two reads is less than one message."""

    __slots__ = ("frames", "left", "missing", "number", "socket")

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self.left = b""
        self.number = -1
        self.frames = 0
        self.missing = 0

    def hear(self, data: bytes, now: float, late: array[float]) -> None:
        """Take what arrived: count frames, note how late each is, answer pings."""
        if self.left:
            data, self.left = self.left + data, b""
        at = 0
        while (end := _end_of_message(data, at)) <= len(data) and end > 0:
            kind = data[at]
            if kind == 0x82:
                self._frame(data, at, end, now, late)
            elif kind == 0x89:
                self.socket.send(b"\x8a\x80\0\0\0\0")
            at = end
        self.left = data[at:]

    def _frame(self, data: bytes, at: int, end: int, now: float, late: array[float]) -> None:
        place = data.find(MARK, at, at + 64)
        if place < 0:
            return
        _, number, made = STAMP.unpack_from(data, place)
        if self.number >= 0 and number != self.number + 1:
            self.missing += 1
        self.number = number
        self.frames += 1
        late.append(now - made)


def _end_of_message(data: bytes, at: int) -> int:
    """Where the unmasked WebSocket message at ``at`` ends; 0 where not even that is known."""
    if len(data) < at + 4:
        return 0
    size = data[at + 1]
    if size < 126:
        return at + 2 + size
    return at + 4 + (data[at + 2] << 8 | data[at + 3])


class Crowd:
    """All listeners of one measurement."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._epoll = select.epoll()
        self._listeners: dict[int, Listener] = {}
        self._stalled: list[socket.socket] = []
        self._late: array[float] = array("d")
        self.gone = 0

    def connect(self) -> int:
        """Open everything; how many are open."""
        count, stalled = self._plan["count"], self._plan["stalled"]
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            opened = [(self._open(n < stalled), n < stalled) for n in numbers]
            for each, deaf in opened:
                self._shake_hands(each, deaf)
            self.listen(0)
        return len(self._listeners) + len(self._stalled)

    def _open(self, deaf: bool) -> socket.socket:
        opened = socket.socket()
        if deaf:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        opened.settimeout(LONGEST_HANDSHAKE)
        opened.connect(("127.0.0.1", self._plan["port"]))
        if self._plan["websocket"]:
            opened.sendall(_handshake(self._plan["path"]))
        return opened

    def _shake_hands(self, opened: socket.socket, deaf: bool) -> None:
        left = b""
        if self._plan["websocket"]:
            while b"\r\n\r\n" not in left:
                piece = opened.recv(4096)
                if not piece:
                    raise ConnectionError(f"refused: {left!r}")
                left += piece
            head, _, left = left.partition(b"\r\n\r\n")
            if b" 101 " not in head:
                raise ConnectionError(head.decode("latin-1"))
        opened.setblocking(False)
        if deaf:
            self._stalled.append(opened)
            return
        listener = self._listeners[opened.fileno()] = Listener(opened)
        listener.hear(left, time.monotonic(), array("d"))
        self._epoll.register(opened.fileno(), select.EPOLLIN)

    def listen(self, seconds: float) -> None:
        """Read whatever comes within ``seconds``."""
        listeners = self._listeners
        for number, _ in self._epoll.poll(seconds, 256):
            listener = listeners[number]
            try:
                data = listener.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if data:
                listener.hear(data, time.monotonic(), self._late)
            else:
                self._epoll.unregister(number)
                listener.socket.close()
                del self._listeners[number]
                self.gone += 1

    def report(self) -> dict[str, Any]:
        """What was heard since the last report."""
        late = sorted(self._late)
        listeners = self._listeners.values()
        counts = [listener.frames for listener in listeners]
        report = {
            "frames": len(late),
            "lateness": [late[len(late) * n // 100] for n in (50, 99)] + late[-1:] if late else [],
            "missing": sum(listener.missing for listener in listeners),
            "silent": counts.count(0),
            "gone": self.gone,
            "numbers": sorted({listener.number for listener in listeners}),
        }
        self._late = array("d")
        for listener in listeners:
            listener.frames = 0
        return report


def _handshake(path: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def main() -> None:
    """Listen until standard input ends."""
    crowd = Crowd(json.loads(os.read(0, 4096)))
    print(json.dumps({"connected": crowd.connect()}), flush=True)
    wishes = select.epoll()
    wishes.register(0, select.EPOLLIN)
    while True:
        crowd.listen(0.02)
        if not wishes.poll(0):
            continue
        if not os.read(0, 4096):
            return
        print(json.dumps(crowd.report()), flush=True)


if __name__ == "__main__":
    main()
