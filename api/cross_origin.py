"""Which pages of other origins may use the API from a browser (CORS, Fetch standard).

The door does this itself, rather than a middleware inside it, so that its own problem answers
carry the fields too, and a preflight has a request id. No origin is allowed unless the settings
name it. A request from another is answered all the same: it is the browser that withholds the
answer from the page.
"""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from api.problems import ForeignOrigin
from api.settings import FacadeSettings

METHODS = "GET, HEAD, POST, PATCH, DELETE"
ASKED = (
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Range, Last-Event-ID, Range, "
    "X-Idempotency-Key, X-Request-ID, X-Workflow-ID, traceparent"
)
TOLD = (
    "Accept-Ranges, Content-Range, ETag, Idempotent-Replayed, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, X-Request-ID, X-Workflow-ID"
)
PREFLIGHT_SECONDS = 600
RawHeaders = list[tuple[bytes, bytes]]
_SHARED: RawHeaders = [
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-expose-headers", TOLD.encode()),
]


class CrossOrigin:
    """The allow-list at work."""

    def __init__(self, settings: FacadeSettings) -> None:
        self._settings = settings

    def allows(self, origin: str) -> bool:
        """Whether pages of this origin are ours, or named by the settings."""
        return origin == self._settings.origin or origin in self._settings.origins

    def preflight(self, scope: Scope) -> Response | None:
        """The answer to a browser that asks whether it may send a request; None for others.

        Raises:
            ForeignOrigin: that origin may not.
        """
        headers = Headers(scope=scope)
        if scope["method"] != "OPTIONS" or "access-control-request-method" not in headers:
            return None
        if (origin := headers.get("origin")) is None:
            return None
        if not self.allows(origin):
            raise ForeignOrigin
        told = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": ASKED,
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
        return Response(status_code=204, headers=told)

    def shares(self, origin: str | None) -> RawHeaders:
        """What lets a page of this origin read an answer, if it may."""
        if origin is None or not self.allows(origin):
            return []
        return [(b"access-control-allow-origin", origin.encode("latin-1")), *_SHARED]
