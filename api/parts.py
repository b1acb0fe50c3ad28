"""What the facade works with, opened once and closed in reverse order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

import httpx
from anyio import CapacityLimiter
from fastapi import Depends, Request
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from api.caller_book import CallerBook
from api.limits.limiter import Limiter
from api.podcasts.bodies import StatusBodies
from api.podcasts.events.estimate import Pace
from api.podcasts.events.hub import EventHub
from api.podcasts.versions import VersionDesk
from api.podcasts.voices import VoiceBook
from api.runs.airflow import Airflow
from api.runs.stop import AgentStopper
from api.runs.sweeper import Sweeper
from api.settings import FacadeSettings
from api.snippets.bodies import PageBodies
from api.snippets.book import PoolBook
from api.snippets.desk import LookDesk
from api.snippets.orders import OrderDesk
from api.snippets.shown import ShownCounter
from sql import open_async_pool, open_pool
from streamer.media import MediaStore, open_store

UPLOADS_AT_ONCE = 4
"""Fewer than there are connections to keep them by."""


@dataclass(frozen=True)
class Parts:
    """Everything a route may use."""

    settings: FacadeSettings
    pool: AsyncConnectionPool
    keeping: ConnectionPool
    """For the media store's `keep`, which runs in a thread."""
    uploading: CapacityLimiter
    """Threads that read and store uploads: a slow store takes none that others need."""
    store: MediaStore
    airflow: Airflow
    agents: AgentStopper
    sweeper: Sweeper
    http: httpx.AsyncClient
    """For our own services."""
    voices: VoiceBook
    limits: Limiter
    versions: VersionDesk
    events: EventHub
    bodies: StatusBodies
    looks: LookDesk
    book: PoolBook
    pages: PageBodies
    orders: OrderDesk
    shown: ShownCounter
    pace: Pace = field(default_factory=Pace)
    callers: CallerBook = field(default_factory=CallerBook)


@asynccontextmanager
async def open_parts(settings: FacadeSettings) -> AsyncIterator[Parts]:
    """Open the pools and clients and start the sweeper; close all of it at the end."""
    async with AsyncExitStack() as stack:
        pool = await open_async_pool(settings, settings.database_wait_seconds)
        stack.push_async_callback(pool.close)
        keeping = open_pool(settings)
        stack.callback(keeping.close)
        http = await stack.enter_async_context(
            httpx.AsyncClient(timeout=settings.airflow_seconds, trust_env=False)
        )
        airflow = Airflow(http, settings)
        agents = AgentStopper(settings)
        stack.callback(agents.close)
        sweeper = Sweeper(pool, agents, airflow, settings)
        await stack.enter_async_context(sweeper.running())
        store, voices = open_store(settings.media_url), VoiceBook(http, settings)
        limits = Limiter(settings)
        stack.push_async_callback(limits.close)
        versions = VersionDesk(settings.database_url, settings.database_wait_seconds)
        await stack.enter_async_context(versions.open())
        events = EventHub(settings.database_url, settings.events_per_caller)
        await stack.enter_async_context(events.open())
        bodies = StatusBodies(settings.status_cache_bytes)
        looks = LookDesk(settings.database_url, settings.database_wait_seconds)
        await stack.enter_async_context(looks.open())
        orders = OrderDesk(pool, events, sweeper, settings)
        shown = ShownCounter(pool)
        await stack.enter_async_context(shown.running())
        yield Parts(
            settings, pool, keeping, CapacityLimiter(UPLOADS_AT_ONCE), store, airflow, agents,
            sweeper, http, voices, limits, versions, events, bodies, looks, PoolBook(pool),
            PageBodies(settings.pages_cache_bytes), orders, shown,
        )  # fmt: skip


async def facade_of(request: Request) -> Parts:
    """What the application that serves this request works with."""
    parts: Parts = request.app.state.parts
    return parts


OfFacade = Annotated[Parts, Depends(facade_of)]
