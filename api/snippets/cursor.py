"""Where the next page begins: after the cards that were on the pages before.

A cursor names those cards, six bytes of each one's id, rather than a place in the order. The order
is each person's own and moves as cards come, change and are shown; a name stays. So no card comes
twice and none is left out, whatever happens between two pages. All cards there can be, four hundred
of everybody's and as many of one's own, take 6,400 characters.
"""

import base64
import binascii
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.podcasts.pages import CURSOR
from api.problems import InvalidRequest

__all__ = ["CURSOR", "LONGEST", "Place", "name_of", "read_cursor", "write_cursor"]

LONGEST = 8000
_HEAD = struct.Struct(">BQQ")
_FORM = 1
_NAME = 6
LATE = 600
"""Seconds by which the clock of another replica may be ahead of ours."""


@dataclass(frozen=True)
class Place:
    """What the pages before had, and as of when they were ranked."""

    version: int
    """The pool's, when the first page was given."""
    at: int
    """Seconds since 1970."""
    seen: frozenset[bytes]


def name_of(snippet_id: UUID) -> bytes:
    """A card's name within a cursor."""
    return snippet_id.bytes[:_NAME]


def write_cursor(place: Place, shown: Iterable[UUID]) -> str:
    """The place after these further cards, as an opaque word."""
    names = sorted(place.seen | {name_of(each) for each in shown})
    said = _HEAD.pack(_FORM, place.version, place.at) + b"".join(names)
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def read_cursor(cursor: str, version: int, now: float) -> Place:
    """The place that a cursor stands for; ``version`` is the pool's by now.

    Raises:
        InvalidRequest: no cursor of this list.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        said = base64.b64decode(padded, b"-_", validate=True)
        form, given, at = _HEAD.unpack(said[: _HEAD.size])
    except (binascii.Error, ValueError, struct.error):
        raise _refused() from None
    names = said[_HEAD.size :]
    if form != _FORM or len(names) % _NAME or not names or given > version or at > now + LATE:
        raise _refused()
    seen = {names[start : start + _NAME] for start in range(0, len(names), _NAME)}
    return Place(given, at, frozenset(seen))


def _refused() -> InvalidRequest:
    detail = "That is no cursor of this list."
    return InvalidRequest(f"cursor: {detail}", errors=[{"parameter": "cursor", "detail": detail}])
