"""``python -m tests.bench.pace``: asks so many questions a second, by the clock.

Reads a JSON line ``{"port", "requests": [{"path", "headers"}], "rate", "seconds"}`` for each
measurement on standard input and writes ``{"milliseconds", "status", "bytes"}`` for it. Every
request is due at a moment of its own, whether the ones before are answered or not, and its time
counts from that moment: a server that stands still makes all wait that come meanwhile.
"""

import asyncio
import json
import sys
from collections import deque
from typing import Any

import uvloop

from tests.bench.answers import Answers

CONNECTIONS = 32


class Line(Answers):
    """A connection, and when the request under way was due."""

    def __init__(self, clock: "Clock") -> None:
        super().__init__()
        self._clock = clock
        self._due = 0.0

    def ask(self, request: bytes, due: float) -> None:
        """Send a request."""
        self._due = due
        self._transport.write(request)

    def begun(self, head: int, body: int) -> None:
        self._clock.bytes += body

    def answered(self, status: int) -> None:
        self._clock.answered(self, status, self._due)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


class Clock:
    """Sends each request when it is due, or as soon after it as a connection is free."""

    def __init__(self, what: dict[str, Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._port = what["port"]
        self._requests = [self._write(**each) for each in what["requests"]]
        self._count = int(what["rate"] * what["seconds"])
        self._pause = 1 / what["rate"]
        self._free: deque[Line] = deque()
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._done = asyncio.Event()
        self.milliseconds: list[float] = []
        self.status: set[int] = set()
        self.bytes = 0

    def _write(self, path: str, headers: dict[str, str]) -> bytes:
        fields = {"Host": f"127.0.0.1:{self._port}", **headers}
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def run(self) -> dict[str, Any]:
        """Ask all of them."""
        lines = [await self._connect() for _ in range(CONNECTIONS)]
        self._free.extend(lines)
        began = self._loop.time() + 0.1
        for number in range(self._count):
            due = began + number * self._pause
            self._loop.call_at(due, self._send, self._requests[number % len(self._requests)], due)
        async with asyncio.timeout(self._count * self._pause + 60):
            await self._done.wait()
        for each in lines:
            each.close()
        return {
            "milliseconds": self.milliseconds, "status": sorted(self.status), "bytes": self.bytes
        }  # fmt: skip

    async def _connect(self) -> Line:
        _, line = await self._loop.create_connection(lambda: Line(self), "127.0.0.1", self._port)
        return line

    def _send(self, request: bytes, due: float) -> None:
        if self._free:
            self._free.popleft().ask(request, due)
        else:
            self._waiting.append((request, due))

    def answered(self, line: Line, status: int, due: float) -> None:
        """A request is done with; its connection takes the next one that waits."""
        self.status.add(status)
        self.milliseconds.append(1000 * (self._loop.time() - due))
        if self._waiting:
            line.ask(*self._waiting.popleft())
        else:
            self._free.append(line)
        if len(self.milliseconds) == self._count:
            self._done.set()


async def measure(what: dict[str, Any]) -> dict[str, Any]:
    """Measure once."""
    return await Clock(what).run()


if __name__ == "__main__":
    for asked in sys.stdin:
        print(json.dumps(uvloop.run(measure(json.loads(asked)))), flush=True)
