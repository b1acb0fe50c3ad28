"""Range requests (RFC 9110, sections 13.1.5 and 14)."""

import re
from dataclasses import dataclass

_RANGES = re.compile(r"bytes=\s*(.+)", re.IGNORECASE | re.ASCII)
_ONE = re.compile(r"(\d*)-(\d*)", re.ASCII)
LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Span:
    """Bytes ``start`` up to, not including, ``end``."""

    start: int
    end: int


class Unsatisfiable(ValueError):
    """No byte of the whole lies in the range."""


def read_range(header: str | None, size: int) -> Span | None:
    """The part asked for; None where the whole is to be sent.

    A header that is malformed, of another unit, or asks for several ranges is ignored, as
    the RFC allows.

    Raises:
        Unsatisfiable: it begins at or beyond the end.
    """
    found = _RANGES.fullmatch((header or "").strip())
    one = _ONE.fullmatch(found.group(1).strip()) if found else None
    if one is None or one.group(0) == "-" or max(map(len, one.groups())) > LONGEST_NUMBER:
        return None
    first, last = one.groups()
    if not first:
        return _suffix(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Span(int(first), min(int(last) + 1, size) if last else size)


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise Unsatisfiable
    return Span(max(0, size - length), size)


def applies(if_range: str | None, etag: str) -> bool:
    """Whether the range still means the same bytes: If-Range absent or equal, strongly."""
    return if_range is None or if_range.strip() == etag


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller has this already (weak comparison, section 13.1.2)."""
    given = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return etag.removeprefix("W/") in given or "*" in given
