"""One stream of the pool's events, from its first byte to its last."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import structlog
from fastapi.sse import format_sse_event
from psycopg_pool import PoolTimeout

from api.parts import Parts
from api.podcasts.events.hub import PAUSE, POOL
from api.podcasts.events.stream import HEARTBEAT, RETRY_MILLISECONDS
from api.sessions.sessions import Asker
from api.snippets.events.teller import Refresh, Teller
from api.snippets.view import see
from sql import Statement

TOGETHER = 0.05
"""Seconds after a ring until the look: cards come in swarms, and one look answers many rings."""
REFRESH = Statement("pool/refresh", Refresh)

log = structlog.get_logger()


async def narrate(
    parts: Parts, asker: Asker, place: int | None, workflow_id: UUID | None
) -> AsyncIterator[bytes]:
    """What happens to the pool after version ``place``, of one refresh or of all (None)."""
    ends_at = time.monotonic() + parts.settings.events_seconds
    teller = Teller(place, workflow_id)
    with parts.events.follow(POOL) as bell:
        yield format_sse_event(retry=RETRY_MILLISECONDS)
        while not parts.events.closing and time.monotonic() < ends_at:
            bell.quieten()
            try:
                frames = await _look(parts, asker, teller, workflow_id)
            except (psycopg.OperationalError, PoolTimeout) as problem:
                log.warning("events.unavailable", problem=str(problem))
                yield HEARTBEAT
                await asyncio.sleep(PAUSE)
                continue
            for frame in frames:
                yield frame
            if await bell.heard(parts.settings.events_heartbeat_seconds):
                await asyncio.sleep(TOGETHER)
            else:
                yield HEARTBEAT


async def _look(
    parts: Parts, asker: Asker, teller: Teller, workflow_id: UUID | None
) -> list[bytes]:
    """What there is to tell. A refresh is looked at before the cards that it makes."""
    refresh = None if workflow_id is None else await find_refresh(parts, asker, workflow_id)
    view = await see(parts, asker)
    if workflow_id is None and view.look.refresh is not None:
        named = view.look.refresh
        at_work = Refresh(named, "in_progress")
        refresh = at_work if view.look.refreshing else await find_refresh(parts, asker, named)
    return list(teller.tell(view, refresh))


async def find_refresh(parts: Parts, asker: Asker, workflow_id: UUID) -> Refresh | None:
    """That refresh, where this person may follow it."""
    async with parts.pool.connection() as connection:
        return await REFRESH.aone(connection, workflow_id=workflow_id, user_id=asker.user_id)
