"""The header fields of answers, for /openapi.json."""

from typing import Any

_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 0}


def _field(description: str, schema: dict[str, Any] = _TEXT, **more: Any) -> dict[str, Any]:
    return {"description": description, "schema": schema, **more}


HEADERS: dict[str, Any] = {
    "X-Request-ID": _field("Names this request in our logs; yours, where you sent one."),
    "Location": _field("Where its status is."),
    "Retry-After": _field("After how many seconds to ask again.", _SECONDS),
    "ETag": _field("Names this very answer; for If-None-Match."),
    "Cache-Control": _field("Who may keep it, and for how long."),
    "Idempotent-Replayed": _field(
        "There, where this is the answer to an earlier request with the same key.",
        {"type": "string", "const": "true"},
    ),
    "X-Workflow-ID": _field("Your own name for the first request, as you sent it."),
    "WWW-Authenticate": _field("How to say who you are (RFC 6750)."),
    "RateLimit": _field("What is left of the limit (draft-ietf-httpapi-ratelimit-headers)."),
    "RateLimit-Policy": _field("What the limit is."),
    "Accept-Ranges": _field("Ranges are of bytes.", {"type": "string", "const": "bytes"}),
    "Content-Range": _field("Which bytes of how many (RFC 9110)."),
    "Content-Disposition": _field("A name for the file."),
    "Allow": _field("Which methods are known here."),
}
_EVERY = ("X-Request-ID",)
_BY_STATUS = {
    "401": ("WWW-Authenticate",),
    "416": ("Content-Range",),
    "429": ("Retry-After", "RateLimit", "RateLimit-Policy"),
    "409": ("Retry-After",),
    "503": ("Retry-After",),
}
_COUNTED = ("RateLimit", "RateLimit-Policy")
_FILE = ("ETag", "Accept-Ranges", "Content-Disposition", "Cache-Control")
_BY_OPERATION: dict[tuple[str, str], tuple[str, ...]] = {
    ("create_podcast", "202"): (
        "Location", "Retry-After", "X-Workflow-ID", "Idempotent-Replayed", *_COUNTED,
    ),
    ("create_source", "201"): ("Idempotent-Replayed", *_COUNTED),
    ("get_podcast", "200"): ("ETag", "Cache-Control", "Retry-After", *_COUNTED),
    ("get_podcast", "304"): ("ETag", "Cache-Control", *_COUNTED),
    ("get_episode", "200"): ("ETag", "Cache-Control", "Retry-After", *_COUNTED),
    ("get_episode", "304"): ("ETag", "Cache-Control", *_COUNTED),
    ("list_podcasts", "200"): _COUNTED,
    ("list_snippets", "200"): (
        "ETag", "Cache-Control", "Retry-After", "X-Workflow-ID", *_COUNTED,
    ),
    ("list_snippets", "304"): ("ETag", "Cache-Control", "X-Workflow-ID", *_COUNTED),
    ("get_snippet", "200"): _COUNTED,
    ("follow_snippets", "200"): ("Cache-Control", *_COUNTED),
    ("list_categories", "200"): _COUNTED,
    ("explore_topic", "202"): ("Location", "Retry-After", "Idempotent-Replayed", *_COUNTED),
    ("search", "200"): _COUNTED,
    ("cancel_podcast", "200"): _COUNTED,
    ("get_workflow", "200"): _COUNTED,
    ("follow_podcast", "200"): ("Cache-Control", *_COUNTED),
    ("list_sessions", "200"): _COUNTED,
    ("get_session", "200"): _COUNTED,
    ("change_session", "200"): _COUNTED,
    ("end_session", "204"): _COUNTED,
    ("get_media", "200"): _FILE,
    ("get_media", "206"): (*_FILE, "Content-Range"),
    ("get_media", "304"): _FILE,
}  # fmt: skip


def fields_of(operation: str | None, status: str) -> dict[str, Any]:
    """The header fields of an answer, by reference."""
    names = (
        *_EVERY,
        *_BY_STATUS.get(status, ()),
        *_BY_OPERATION.get((operation or "", status), ()),
    )
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
