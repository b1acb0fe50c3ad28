"""What every request passes: an id, limits on its size, a log line, a metric, a last catch."""

import asyncio
import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cross_origin import CrossOrigin, RawHeaders
from api.metrics import REQUESTS, SECONDS
from api.problems import BodyTooLarge, HeadersTooLarge, InternalError, Problem, Unavailable
from api.settings import FacadeSettings
from api.trace import take_up, trace_id_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WORKFLOW = re.compile(r"/(?:podcasts|workflows|episodes)/([0-9a-f-]{36})", re.IGNORECASE)
_QUIET = ("/livez", "/readyz", "/metrics")
UPLOADS = "/api/v1/sources"
_HARDENED: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]
"""What every answer has that does not say otherwise."""
_HTTPS: RawHeaders = [(b"strict-transport-security", b"max-age=31536000")]

log = structlog.get_logger()


class Door:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, settings: FacadeSettings) -> None:
        self._app = app
        self._settings = settings
        self._cors = CrossOrigin(settings)
        secure = settings.public_url.startswith("https://")
        self._headers = [*_HARDENED, *(_HTTPS if secure else [])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, send, self._finish)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**visit.told)
        try:
            limit = self._body_limit(scope)
            self._check_headers(scope, limit)
            app = self._cors.preflight(scope) or self._app
            await app(scope, _limited(receive, limit), visit.send)
        except Problem as problem:
            await visit.fail(problem, receive)
        except ClientDisconnect:
            pass  # nobody is there to be told; it is counted as 499
        except asyncio.CancelledError:  # we were told to stop, and it took too long
            await visit.fail(Unavailable(headers={"Retry-After": "2"}), receive)
            raise
        except Exception:
            log.exception("request.failed")
            await visit.fail(InternalError(), receive)
        finally:
            visit.record()

    def _finish(self, visit: "_Visit", headers: RawHeaders) -> None:
        """Add what every answer has."""
        names = {name.lower() for name, _ in headers}
        headers += [(b"x-request-id", visit.id.encode()), (b"vary", b"Origin")]
        headers += [each for each in self._headers if each[0] not in names]
        headers += self._cors.shares(visit.origin)
        for name, value in visit.said.items():
            headers.append((name.lower().encode(), value.encode("latin-1")))

    def _body_limit(self, scope: Scope) -> int:
        multipart = Headers(scope=scope).get("content-type", "").startswith("multipart/")
        upload = multipart and scope["path"] == UPLOADS
        return self._settings.max_upload_bytes if upload else self._settings.max_json_bytes

    def _check_headers(self, scope: Scope, limit: int) -> None:
        size = len(scope["raw_path"] or b"") + len(scope["query_string"])
        size += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
        if size > self._settings.max_header_bytes:
            raise HeadersTooLarge(f"At most {self._settings.max_header_bytes} bytes are taken.")
        length = Headers(scope=scope).get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > limit:
            raise _too_large(limit)


def _limited(receive: Receive, limit: int) -> Receive:
    """Count what comes in: a body may be sent in pieces, without saying how long it is."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counted


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"At most {limit} bytes are taken here.", {"Connection": "close"})


class _Visit:
    """One request on its way out."""

    def __init__(
        self, scope: Scope, send: Send, finish: Callable[["_Visit", RawHeaders], None]
    ) -> None:
        self._scope = scope
        self._send = send
        self._finish = finish
        headers = Headers(scope=scope)
        self.origin = headers.get("origin")
        self._began = time.perf_counter()
        self._first_byte: float | None = None
        self._status = 499  # the caller went away before there was an answer
        given = headers.get("x-request-id", "")
        self.id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        trace = take_up(headers.get("traceparent"))
        self.said: dict[str, str] = {}
        scope.setdefault("state", {}).update(request_id=self.id, traceparent=trace, told=self.said)
        self.told = {"request_id": self.id, "trace_id": trace_id_of(trace)}
        if workflow := _WORKFLOW.search(scope["path"]):
            self.told["workflow_id"] = workflow.group(1)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._first_byte = time.perf_counter()
            self._status = message["status"]
            message["headers"] = list(message.get("headers", ()))
            self._finish(self, message["headers"])
        await self._send(message)

    async def fail(self, problem: Problem, receive: Receive) -> None:
        if self._first_byte is None:
            await problem.answer()(self._scope, receive, self.send)

    def record(self) -> None:
        method, path = self._scope["method"], self._scope["path"]
        seconds = (self._first_byte or time.perf_counter()) - self._began
        route = getattr(self._scope.get("route"), "path", "unmatched")
        known = method if method in ("GET", "HEAD", "POST", "PATCH", "DELETE") else "other"
        REQUESTS.labels(known, route, str(self._status)).inc()
        SECONDS.labels(known, route).observe(seconds)
        say = log.debug if path in _QUIET else log.info
        say("request", method=known, route=route, status=self._status, seconds=round(seconds, 4))
