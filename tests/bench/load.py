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
        self._received = b""
        self.answers = 0
        self.bytes = 0
        self.status = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        if len(body) < self._expected(head):
            return
        self.status = int(head[9:12])
        self.answers += 1
        self.bytes += len(self._received)
        self._received = b""
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
