"""The opening handshake (RFC 6455, 4.2): who may open a WebSocket here, and how a refusal reads."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from streamer.asf.problems import HandshakeRefused, OriginNotAllowed, UpgradeNeeded
from streamer.problems import MEDIA_TYPE, InternalError, NotFound, Problem

STREAM_PATH = "/api/v1/podcasts/stream"


class Handshake(ServerProtocol):
    """A WebSocket's protocol whose refusals are problem documents."""

    def answer(self, request: Request, origins: frozenset[str]) -> Response:
        """Accept the request, or say what is wrong with it.

        ``origins`` are those whose pages may listen; empty lets every page.
        """
        response = self.accept(request)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            return response
        if request.path.partition("?")[0] != STREAM_PATH:
            return _refusal(NotFound())
        # A page of another site may not use a listener's browser to listen.
        origin = request.headers.get("Origin")
        if origins and origin is not None and origin.rstrip("/") not in origins:
            return _refusal(OriginNotAllowed())
        return response

    def reject(self, status: Any, text: str) -> Response:
        """Refuse the handshake, as `websockets` asks for it."""
        proper = super().reject(status, text)
        response = _refusal(_problem_of(proper.status_code), proper.status_code)
        for name, value in proper.headers.raw_items():
            response.headers.setdefault(name, value)
        return response


def add_headers(response: Response, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Set the server's own headers."""
    for name, value in headers:
        if name.decode("latin-1") in response.headers:
            del response.headers[name.decode("latin-1")]
        response.headers[name.decode("latin-1")] = value.decode("latin-1")


def _refusal(problem: Problem, status: int | None = None) -> Response:
    code = HTTPStatus(status or problem.status)
    body = json.dumps({**problem.document(), "status": code.value}).encode()
    headers = Headers(
        {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
            **problem.headers,
        }
    )
    return Response(code.value, code.phrase, headers, body)


def _problem_of(status: int) -> Problem:
    if status == UpgradeNeeded.status:
        return UpgradeNeeded()
    return InternalError() if status >= InternalError.status else HandshakeRefused()
