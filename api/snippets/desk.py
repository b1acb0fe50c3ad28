"""Takes looks at the pool for all who ask at once, with one query on a connection of its own.

A query is sent after the last of those it answers has asked, never before: so whoever asks sees
everything that was committed until then. While one is under way the next askers gather, so a
database that is slow to be given a core is asked less often and not by more at once. (A connection
of the pool costs four round trips for one question: is it alive, begin, ask, commit.)
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog

from api.sessions.sessions import Asker
from api.snippets.look import LOOK, Look

PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
"""To plan the question takes ten times as long as to answer it."""

log = structlog.get_logger()

_Asked = tuple[Asker, "asyncio.Future[Look]"]


class LookDesk:
    """Answers for as long as it is open."""

    def __init__(self, database_url: str, wait_seconds: float) -> None:
        self._database_url = database_url
        self._wait_seconds = wait_seconds
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._waiting: list[_Asked] = []
        self._somebody_waits = asyncio.Event()
        self.queries = 0
        """How many were sent."""

    async def look(self, asker: Asker) -> Look:
        """How the pool is for that person at this moment.

        Raises:
            psycopg.OperationalError: the database does not answer.
        """
        answer: asyncio.Future[Look] = asyncio.get_running_loop().create_future()
        self._waiting.append((asker, answer))
        self._somebody_waits.set()
        return await answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator["LookDesk"]:
        """Answer for the length of the block."""
        task = asyncio.create_task(self._serve())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._refuse(self._waiting, psycopg.OperationalError("The facade is closing."))
            await self._hang_up()

    async def _serve(self) -> None:
        while True:
            await self._somebody_waits.wait()
            self._somebody_waits.clear()
            asked, self._waiting = self._waiting, []
            try:
                await self._answer(asked)
            except psycopg.Error as problem:
                log.warning("looks.unavailable", problem=str(problem))
                self._refuse(asked, psycopg.OperationalError(str(problem)))
            except BaseException as problem:
                self._refuse(asked, psycopg.OperationalError("The facade is closing."))
                if isinstance(problem, asyncio.CancelledError):
                    raise
                log.exception("looks.failed")

    async def _answer(self, asked: list[_Asked]) -> None:
        """A connection that broke unnoticed is replaced once before anybody is told."""
        try:
            looks = await self._ask(asked)
        except (psycopg.OperationalError, TimeoutError) as problem:
            log.warning("looks.reconnecting", problem=str(problem))
            await self._hang_up()
            try:
                looks = await self._ask(asked)
            except TimeoutError:
                await self._hang_up()
                raise psycopg.OperationalError("PostgreSQL did not answer in time.") from None
        for (_, answer), look in zip(asked, looks, strict=True):
            if not answer.done():
                answer.set_result(look)

    async def _ask(self, asked: list[_Asked]) -> list[Look]:
        self.queries += 1
        async with asyncio.timeout(self._wait_seconds):
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._database_url, autocommit=True, prepare_threshold=0, options=PLANNED_ONCE
                )
            return await LOOK.aall(
                self._connection,
                user_ids=[asker.user_id for asker, _ in asked],
                token_hashes=[asker.token_hash for asker, _ in asked],
            )

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _refuse(self, asked: list[_Asked], problem: Exception) -> None:
        for _, answer in asked:
            if not answer.done():
                answer.set_exception(problem)
