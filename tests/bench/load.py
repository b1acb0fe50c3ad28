"""``python -m tests.bench.load``: asks one question over and over, on connections kept open.

Reads a JSON line ``{"host", "port", "path", "headers", "connections", "seconds"}`` for each
measurement on standard input and writes ``{"answers", "seconds", "status", "bytes"}`` for it.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop


class Asker(asyncio.Protocol):
    """One connection: the next request goes out when the answer is whole."""

    def __init__(self, request: bytes, ends_at: float) -> None:
        self._request = request
        self._ends_at = ends_at
        self._head = b""
        self._missing = -1
        self.answers = 0
        self.bytes = 0
        self.status = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = self._expected(self._head[:end]) - (len(self._head) - end - 4)
        else:
            self._missing -= len(data)
        if not self._missing:
            self._finish()

    def _finish(self) -> None:
        self.status = int(self._head[9:12])
        self.answers += 1
        self._head, self._missing = b"", -1
        if time.perf_counter() < self._ends_at:
            self._transport.write(self._request)
        else:
            self._transport.close()

    @staticmethod
    def _expected(head: bytes) -> int:
        place = head.lower().find(b"content-length:")
        return 0 if place < 0 else int(head[place + 15 :].split(b"\r\n", 1)[0])

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def ask(what: dict[str, Any]) -> dict[str, Any]:
    """Measure once."""
    lines = [f"GET {what['path']} HTTP/1.1", f"Host: {what['host']}:{what['port']}"]
    lines += [f"{name}: {value}" for name, value in what["headers"].items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    began = time.perf_counter()
    ends_at = began + what["seconds"]
    loop = asyncio.get_running_loop()
    askers: list[Asker] = []
    for _ in range(what["connections"]):
        _, asker = await loop.create_connection(
            lambda: Asker(request, ends_at), what["host"], what["port"]
        )
        askers.append(asker)
    await asyncio.gather(*(asker.done for asker in askers))
    return {
        "answers": sum(asker.answers for asker in askers),
        "seconds": time.perf_counter() - began,
        "status": sorted({asker.status for asker in askers}),
        "bytes": sum(asker.bytes for asker in askers),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(uvloop.run(ask(json.loads(line)))), flush=True)
