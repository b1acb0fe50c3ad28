"""The first cards of all: ordered when everything is up, and waited for by the first visit."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from api.health.readiness import ReadinessProbe
from api.parts import Parts
from api.podcasts.events.hub import POOL
from api.sessions.sessions import Asker
from api.snippets.view import View, see

PAUSE = 2.0
"""Seconds between two looks whether everything is up."""
GLANCE = 1.0
"""Somebody who waits looks at least so often: a refresh may end without a card."""

log = structlog.get_logger()


@asynccontextmanager
async def first_order(parts: Parts, probe: ReadinessProbe) -> AsyncIterator[None]:
    """Within the block, order cards as soon as all is up, if there is none; once."""
    if not parts.settings.refresh_at_start:
        yield
        return
    task = asyncio.create_task(_order_when_ready(parts, probe))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _order_when_ready(parts: Parts, probe: ReadinessProbe) -> None:
    while True:
        try:
            if (await probe.look()).ready:
                await parts.orders.order_first()
                return
        except (psycopg.OperationalError, PoolTimeout) as problem:
            log.warning("refresh.not_ordered", problem=str(problem))
        await asyncio.sleep(PAUSE)


async def wait_for_first(parts: Parts, asker: Asker) -> View:
    """The pool once it has a card, or when there is no use in waiting any longer."""
    ends_at = time.monotonic() + parts.settings.first_card_seconds
    with parts.events.follow(POOL) as bell:
        await parts.orders.order("first visit", hurry=True)
        while True:
            bell.quieten()
            view = await see(parts, asker)
            left = ends_at - time.monotonic()
            if view.has_cards or not view.look.refreshing or left <= 0 or parts.events.closing:
                return view
            await bell.heard(min(left, GLANCE))
