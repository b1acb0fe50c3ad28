"""Waking those who wait for a dispatch, by PostgreSQL's notifications."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import structlog

log = structlog.get_logger(__name__)

_PAUSE = 0.5
"""Seconds between two attempts to reach a database that is away."""


class Changes:
    """One listening connection for any number of waiting requests."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.stopping = False
        """Whether the service was told to stop: nobody is to wait any longer."""

    def stop(self) -> None:
        """Let everybody who waits go."""
        self.stopping = True
        self._wake_all()

    @contextmanager
    def watch(self, task_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever the dispatch may have changed."""
        changed = asyncio.Event()
        self._watchers[str(task_id)].add(changed)
        try:
            yield changed
        finally:
            self._watchers[str(task_id)].discard(changed)
            if not self._watchers[str(task_id)]:
                del self._watchers[str(task_id)]

    async def listen(self) -> None:
        """Listen until cancelled, connecting again whenever the connection is lost."""
        while True:
            try:
                await self._listen_once()
            except psycopg.OperationalError as error:
                log.warning("listening interrupted", error=str(error))
                await asyncio.sleep(_PAUSE)

    async def _listen_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True
        ) as connection:
            await connection.execute("LISTEN agent_task")
            self._wake_all()
            async for notification in connection.notifies():
                self._wake(notification.payload)

    def _wake(self, task_id: str) -> None:
        for changed in self._watchers.get(task_id, ()):
            changed.set()

    def _wake_all(self) -> None:
        """What was told while nobody listened is lost: let everybody look for themselves."""
        for task_id in list(self._watchers):
            self._wake(task_id)
