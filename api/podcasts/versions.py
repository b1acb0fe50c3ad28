"""Which version of a workflow there is: a look that costs next to nothing, and is never stale."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import class_row

from sql import Statement

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Version:
    """How far a workflow is."""

    workflow_id: UUID
    user_id: UUID | None
    version: int
    """The number of its last event."""
    ended: int | None
    """The event that ended it; None while it is open."""
    changed: int
    """When the last event was, in microseconds since 1970."""


VERSIONS = Statement("events/versions", Version)
_Asked = tuple[UUID, "asyncio.Future[Version | None]"]


class VersionDesk:
    """Looks up versions for all who ask at once, with one query on a connection of its own.

    A query is sent after the last of those it answers has asked, never before. So whoever asks
    sees everything that was committed until then, in whichever replica of the facade. While
    one query is under way the next askers gather: under load a query answers many.
    """

    def __init__(self, database_url: str, wait_seconds: float) -> None:
        self._database_url = database_url
        self._wait_seconds = wait_seconds
        self._asked: list[_Asked] = []
        self._wake = asyncio.Event()
        self._cursor: psycopg.AsyncCursor[Version] | None = None
        self.queries = 0
        """How many were sent."""

    async def look(self, workflow_id: UUID) -> Version | None:
        """The workflow's present version; None where there is no such workflow.

        Raises:
            psycopg.OperationalError: the database does not answer.
        """
        answer: asyncio.Future[Version | None] = asyncio.get_running_loop().create_future()
        self._asked.append((workflow_id, answer))
        self._wake.set()
        return await answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator["VersionDesk"]:
        """Answer for the length of the block."""
        task = asyncio.create_task(self._serve())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._refuse(self._asked, psycopg.OperationalError("The facade is closing."))
            await self._disconnect()

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            asked, self._asked = self._asked, []
            try:
                found = await self._read([workflow_id for workflow_id, _ in asked])
            except Exception as problem:
                self._refuse(asked, problem)
            else:
                for workflow_id, answer in asked:
                    if not answer.done():
                        answer.set_result(found.get(workflow_id))

    @staticmethod
    def _refuse(asked: list[_Asked], problem: Exception) -> None:
        for _, answer in asked:
            if not answer.done():
                answer.set_exception(problem)

    async def _read(self, workflow_ids: list[UUID]) -> dict[UUID, Version]:
        """A connection that was lost unnoticed is replaced once before anybody is told."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                if self._cursor is not None:
                    with suppress(psycopg.OperationalError):
                        return await self._query(self._cursor, workflow_ids)
                    log.warning("versions.reconnecting")
                    await self._disconnect()
                self._cursor = await self._connect()
                return await self._query(self._cursor, workflow_ids)
        except TimeoutError:
            await self._disconnect()
            raise psycopg.OperationalError("PostgreSQL did not answer in time.") from None
        except BaseException:
            await self._disconnect()
            raise

    async def _connect(self) -> psycopg.AsyncCursor[Version]:
        connection = await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True, prepare_threshold=0
        )
        return connection.cursor(row_factory=class_row(Version))

    async def _query(
        self, cursor: psycopg.AsyncCursor[Version], workflow_ids: list[UUID]
    ) -> dict[UUID, Version]:
        self.queries += 1
        await cursor.execute(VERSIONS.text, {"workflow_ids": workflow_ids})
        return {each.workflow_id: each for each in await cursor.fetchall()}

    async def _disconnect(self) -> None:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            await cursor.connection.close()
