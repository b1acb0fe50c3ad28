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

from tests.bench.answers import Answers


class Asker(Answers):
    """The next request goes out when the answer is whole."""

    def __init__(self, request: bytes, ends_at: float) -> None:
        super().__init__()
        self._request = request
        self._ends_at = ends_at
        self.answers = 0
        self.bytes = 0
        self.status = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.write(self._request)

    def begun(self, head: int, body: int) -> None:
        self.bytes += head + body

    def answered(self, status: int) -> None:
        self.status = status
        self.answers += 1
        if time.perf_counter() < self._ends_at:
            self._transport.write(self._request)
        else:
            self._transport.close()

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
