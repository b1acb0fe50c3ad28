"""A connection of a bench: what comes back over it, answer by answer, read as cheaply as may be."""

import asyncio
from typing import Any


class Answers(asyncio.Protocol):
    """HTTP/1.1, one request under way at most; an answer says how long its body is, or has none."""

    def __init__(self) -> None:
        self._head = b""
        self._missing = -1

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            size = _length(self._head[:end])
            self._missing = size - (len(self._head) - end - 4)
            self.begun(end + 4, size)
        else:
            self._missing -= len(data)
        if not self._missing:
            status, self._head, self._missing = int(self._head[9:12]), b"", -1
            self.answered(status)

    def begun(self, head: int, body: int) -> None:
        """An answer of so many bytes is on its way."""

    def answered(self, status: int) -> None:
        """It is whole."""


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return 0 if place < 0 else int(head[place + 15 :].split(b"\r\n", 1)[0])
