"""The loops that look after runs for as long as the facade is up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from psycopg_pool import AsyncConnectionPool

from api.runs.airflow import Airflow
from api.runs.reconcile import reconcile_stale
from api.runs.stop import AgentStopper, stop_due
from api.runs.trigger import trigger_due
from api.settings import FacadeSettings
from sql import Command

HOUSEKEEPING_SECONDS = 600.0
FORGET_KEYS = Command("request_keys/forget_expired")
FORGET_CODES = Command("login/forget_codes")

log = structlog.get_logger()


class Sweeper:
    """Triggers what was accepted, stops what was cancelled, reconciles what is silent, and forgets
    old keys and login codes."""

    def __init__(
        self,
        pool: AsyncConnectionPool,
        agents: AgentStopper,
        airflow: Airflow,
        settings: FacadeSettings,
    ) -> None:
        self._pool = pool
        self._agents = agents
        self._airflow = airflow
        self._settings = settings
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was accepted: look now."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the loops for the length of the block."""
        steps = (self._trigger, self._stop, self._reconcile, self._keep_house)
        tasks = [asyncio.create_task(self._repeat(step)) for step in steps]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, step: Callable[[], Awaitable[None]]) -> None:
        """A loop outlives what goes wrong in it: the next look may go well."""
        while True:
            try:
                await step()
            except Exception:
                log.exception("sweeper.failed", step=step.__name__)
                await asyncio.sleep(self._settings.sweep_seconds)

    async def _trigger(self) -> None:
        self._wake.clear()
        if await trigger_due(self._pool, self._airflow, self._lease):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.sweep_seconds):
                await self._wake.wait()

    @property
    def _lease(self) -> float:
        """Longer than it takes to log in, ask, log in again and ask again."""
        return 4 * self._settings.airflow_seconds + 5

    async def _stop(self) -> None:
        settling = 2 * self._settings.sweep_seconds
        if not await stop_due(self._pool, self._agents, self._airflow, self._lease, settling):
            await asyncio.sleep(self._settings.sweep_seconds)

    async def _reconcile(self) -> None:
        await reconcile_stale(self._pool, self._airflow, self._settings.stale_seconds)
        await asyncio.sleep(self._settings.stale_seconds / 3)

    async def _keep_house(self) -> None:
        async with self._pool.connection() as connection:
            await FORGET_KEYS.arun(connection)
            await FORGET_CODES.arun(connection)
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
