"""Takes looks at the pool for all who ask at once, with one query on a connection of its own.

A query is sent after the last of those it answers has asked, never before: so whoever asks sees
everything that was committed until then. While one is under way the next askers gather, so a
database that is slow to be given a core is asked less often and not by more at once. (A connection
of the pool costs four round trips for one question: is it alive, begin, ask, commit.)
"""

import asyncio
import os
import socket
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
            psycopg.OperationalError: the database does not answer, or not in time.
        """
        answer: asyncio.Future[Look] = asyncio.get_running_loop().create_future()
        self._waiting.append((asker, answer))
        self._somebody_waits.set()
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await answer
        except TimeoutError:
            raise psycopg.OperationalError("PostgreSQL did not answer in time.") from None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["LookDesk"]:
        """Answer for the length of the block."""
        task = asyncio.create_task(self._serve())
        try:
            yield self
        finally:
            if self._connection is not None:
                self._connection.pgconn.finish()  # or psycopg would ask the server to stop first
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
                await self._answer(_who_waits_in(asked))
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
        for is_last in (False, True):
            if not asked:
                return
            try:
                looks = await self._ask(asked)
                break
            except psycopg.OperationalError as problem:
                await self._hang_up()
                if is_last:
                    raise
                log.warning("looks.reconnecting", problem=str(problem))
                asked = _who_waits_in(asked)
        for (_, answer), look in zip(asked, looks, strict=True):
            if not answer.done():
                answer.set_result(look)

    async def _ask(self, asked: list[_Asked]) -> list[Look]:
        self.queries += 1
        if self._connection is None:
            self._connection = await self._connect()
        giving_up = asyncio.get_running_loop().call_later(
            self._wait_seconds, _cut, self._connection
        )
        try:
            return await LOOK.aall(
                self._connection,
                user_ids=[asker.user_id for asker, _ in asked],
                token_hashes=[asker.token_hash for asker, _ in asked],
            )
        finally:
            giving_up.cancel()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        """A server whose machine is gone is noticed by the kernel while nothing is asked."""
        seconds = max(1, round(self._wait_seconds))
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await psycopg.AsyncConnection.connect(
                    self._database_url, autocommit=True, prepare_threshold=0, options=PLANNED_ONCE,
                    keepalives_idle=seconds, keepalives_interval=seconds, keepalives_count=2,
                    tcp_user_timeout=1000 * seconds,
                )  # fmt: skip
        except TimeoutError:
            raise psycopg.OperationalError("PostgreSQL did not answer in time.") from None

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _refuse(self, asked: list[_Asked], problem: Exception) -> None:
        for _, answer in asked:
            if not answer.done():
                answer.set_exception(problem)


def _who_waits_in(asked: list[_Asked]) -> list[_Asked]:
    return [each for each in asked if not each[1].done()]


def _cut(connection: psycopg.AsyncConnection[Any]) -> None:
    """Let what waits for the server read its end at once.

    To cancel it instead would take ten seconds: psycopg then asks the server to stop, over a
    connection of its own, and waits for that, and for the answer.
    """
    if not connection.closed:
        with socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)
