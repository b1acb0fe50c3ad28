"""Web origins (RFC 6454): scheme, host and port, as browsers write them."""

from functools import lru_cache
from urllib.parse import urlsplit

_USUAL = {"http": 80, "https": 443}


@lru_cache
def origin_of(url: str) -> str:
    """The origin of a URL: lower case, without the port that its scheme has anyway."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _USUAL.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}"


@lru_cache
def read_origins(text: str) -> frozenset[str]:
    """The origins of a list separated by commas.

    Raises:
        ValueError: one is no origin. ``*`` is none: whoever may use a cookie is named.
    """
    return frozenset(_read_origin(each.strip()) for each in text.split(",") if each.strip())


def _read_origin(text: str) -> str:
    try:
        origin = origin_of(text)
    except ValueError:
        origin = ""
    if (
        "*" in text
        or urlsplit(text).scheme not in _USUAL
        or origin != text.lower()
        or origin.endswith("//")
    ):
        raise ValueError(f"is no origin such as https://example.org: {text!r}")
    return origin
