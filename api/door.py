"""What every request passes: an id, limits on its size, a log line, a metric, a last catch."""

import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import REQUESTS, SECONDS
from api.problems import BodyTooLarge, HeadersTooLarge, InternalError, Problem
from api.settings import FacadeSettings

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WORKFLOW = re.compile(r"/(?:podcasts|workflows|episodes)/([0-9a-f-]{36})", re.IGNORECASE)
_QUIET = ("/livez", "/readyz", "/metrics")
UPLOADS = "/api/v1/sources"

log = structlog.get_logger()


class Door:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, settings: FacadeSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, send)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**visit.told)
        try:
            limit = self._body_limit(scope)
            self._check_headers(scope, limit)
            await self._app(scope, _limited(receive, limit), visit.send)
        except Problem as problem:
            await visit.fail(problem, receive)
        except Exception:
            log.exception("request.failed")
            await visit.fail(InternalError(), receive)
        finally:
            visit.record()

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

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._began = time.perf_counter()
        self._first_byte: float | None = None
        self._status = 499  # the caller went away before there was an answer
        given = Headers(scope=scope).get("x-request-id", "")
        self.id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        self.told = {"request_id": self.id}
        if workflow := _WORKFLOW.search(scope["path"]):
            self.told["workflow_id"] = workflow.group(1)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._first_byte = time.perf_counter()
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "no-referrer")
        await self._send(message)

    async def fail(self, problem: Problem, receive: Receive) -> None:
        if self._first_byte is None:
            await problem.answer()(self._scope, receive, self.send)

    def record(self) -> None:
        method, path = self._scope["method"], self._scope["path"]
        seconds = (self._first_byte or time.perf_counter()) - self._began
        route = getattr(self._scope.get("route"), "path", "unmatched")
        known = method if method in ("GET", "HEAD", "POST", "DELETE") else "other"
        REQUESTS.labels(known, route, str(self._status)).inc()
        SECONDS.labels(known, route).observe(seconds)
        say = log.debug if path in _QUIET else log.info
        say("request", method=known, route=route, status=self._status, seconds=round(seconds, 4))
