"""What the service does besides answering."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from agents.settings import StatusSettings
from agents.status.changes import Changes
from agents.status.resending import BrokerAway, resend_due
from agents.status.workers import Workers

log = structlog.get_logger(__name__)

_RESEND_EVERY = 1.0
_ASK_WORKERS_EVERY = 2.0
"""Seconds. A lease that is over is noticed within one; a queue without a worker within a few."""


@asynccontextmanager
async def run_loops(
    settings: StatusSettings, pool: AsyncConnectionPool, changes: Changes, workers: Workers
) -> AsyncIterator[None]:
    """Run all loops for the length of the block."""
    loops = [
        changes.listen(),
        _repeat(lambda: resend_due(pool, settings), _RESEND_EVERY),
        _repeat(lambda: asyncio.to_thread(workers.ask), _ASK_WORKERS_EVERY),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(step: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Do a step again and again; a database or broker that is away is waited for."""
    while True:
        try:
            await step()
        except (psycopg.OperationalError, BrokerAway) as error:
            log.warning("step put off", error=str(error))
        except Exception:
            log.exception("step failed")
        await asyncio.sleep(seconds)
