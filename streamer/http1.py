"""uvicorn's HTTP/1.1, where even a request that is no HTTP is answered with a problem document, and
whoever opens a connection and says nothing is not waited for."""

import asyncio
import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from streamer.problems import MEDIA_TYPE, BadRequest


class ProblemProtocol(H11Protocol):
    """For ``uvicorn.run(http=ProblemProtocol)``.

    uvicorn itself waits for ever for the head of a connection's first request: each such
    connection is an open file less for those who do ask.
    """

    head_seconds = 10.0
    """How long the head of a request may take to come."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there; what do they want?"""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, whoever ended it."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be parsed, before any application saw it."""
        problem = BadRequest(msg)
        body = json.dumps(problem.document()).encode()
        head = (
            f"HTTP/1.1 {problem.status} Bad Request\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._waiting = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
