"""Errors over HTTP: RFC 9457."""

from starlette.responses import JSONResponse


def problem(status: int, title: str, detail: str, code: str) -> JSONResponse:
    """A problem document; ``code`` is the last word of its type."""
    document = {"type": f"about:blank#{code}", "title": title, "status": status, "detail": detail}
    return JSONResponse(document, status, media_type="application/problem+json")
