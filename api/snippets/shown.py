"""Counts how often each card was shown; written down every few seconds, lost with the process."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from api.remembered import Remembered
from sql import Command

PAUSE = 5.0
"""Seconds between two times that counts are written down."""
SECONDS_SAME = 3600.0
"""A page that comes again within so long to the same person was shown once."""
NOTE = Command("pool/note_shown")

log = structlog.get_logger()


class ShownCounter:
    """Cards shown since they were last written down."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._counts: Counter[UUID] = Counter()
        self._known: Remembered[bool] = Remembered(20_000)

    def count(self, user_id: UUID, etag: str, cards: Iterable[UUID]) -> None:
        """Note that this page was given to that person."""
        name = f"{user_id}{etag}"
        if self._known.get(name) is None:
            self._known.keep(name, True, SECONDS_SAME)
            self._counts.update(cards)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write counts down for the length of the block, and what is left at its end."""
        task = asyncio.create_task(self._repeat())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.write()

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            await self.write()

    async def write(self) -> None:
        """Write down what was counted; where the database is away, the next time."""
        counted, self._counts = self._counts, Counter()
        if not counted:
            return
        try:
            async with self._pool.connection() as connection:
                await NOTE.arun(connection, ids=list(counted), times=list(counted.values()))
        except (psycopg.OperationalError, PoolTimeout) as problem:
            log.warning("shown.not_noted", problem=str(problem))
            self._counts.update(counted)
