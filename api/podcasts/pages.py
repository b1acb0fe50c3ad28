"""A caller's podcasts, a page at a time (keyset: pages stay true while podcasts are added)."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from pydantic import BaseModel

from api.podcasts.document import Status
from api.problems import InvalidRequest
from sql import Statement

CURSOR = "^[0-9A-Za-z_-]+$"
"""What a cursor looks like; what it says is nobody's business."""


class Listed(BaseModel):
    """A podcast in the list."""

    podcast_id: UUID
    topic: str
    title: str | None
    status: Status
    created_at: datetime
    duration_seconds: float | None


class PodcastPage(BaseModel):
    """A page, and where the next one begins; null on the last."""

    podcasts: list[Listed]
    next_cursor: str | None


@dataclass(frozen=True)
class Place:
    """Where a page begins: after this podcast."""

    created_at: datetime
    podcast_id: UUID


PAGE = Statement("podcast_status/page", Listed)


async def read_page(
    connection: AsyncConnection[Any], user_id: UUID, after: Place | None, limit: int
) -> PodcastPage:
    """Up to ``limit`` podcasts of that user, newest first."""
    found = await PAGE.aall(
        connection,
        user_id=user_id,
        before=after.created_at if after else None,
        after_id=after.podcast_id if after else None,
        most=limit + 1,
    )
    shown = found[:limit]
    more = len(found) > limit
    return PodcastPage(podcasts=shown, next_cursor=write_cursor(shown[-1]) if more else None)


def write_cursor(last: Listed) -> str:
    """The place after this podcast, as an opaque word."""
    place = json.dumps([last.created_at.isoformat(), str(last.podcast_id)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """The place that a cursor stands for.

    Raises:
        InvalidRequest: no cursor of ours.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        created_at, podcast_id = json.loads(base64.b64decode(padded, b"-_", validate=True))
        return Place(datetime.fromisoformat(created_at), UUID(podcast_id))
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        detail = "That is no cursor of this list."
        errors = [{"parameter": "cursor", "detail": detail}]
        raise InvalidRequest(f"cursor: {detail}", errors=errors) from None
