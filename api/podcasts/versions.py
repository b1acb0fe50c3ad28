"""Which version of a workflow there is: a look that costs next to nothing, and is never stale."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg import pq

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
_PREPARED = b"versions"
_QUESTION = VERSIONS.text.replace(b"%(workflow_ids)s", b"$1::uuid[]")
_Asked = tuple[UUID, "asyncio.Future[Version | None]"]
_Found = dict[UUID, Version]


class _Line:
    """A connection that knows one question. One is under way at a time."""

    def __init__(
        self,
        connection: psycopg.AsyncConnection[Any],
        wait_seconds: float,
        answered: Callable[[_Found], None],
        lost: Callable[[psycopg.OperationalError], None],
    ) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._wait_seconds = wait_seconds
        self._answered = answered
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._rows: pq.abc.PGresult | None = None
        self._socket = self._pg.socket  # libpq forgets it when the connection breaks
        self._loop.add_reader(self._socket, self._read)

    def ask(self, workflow_ids: list[UUID]) -> None:
        """Send the question.

        Raises:
            psycopg.OperationalError: the connection is broken.
        """
        self._timer = self._loop.call_later(self._wait_seconds, self._give_up)
        wanted = b"{" + b",".join(str(each).encode() for each in workflow_ids) + b"}"
        self._pg.send_query_prepared(_PREPARED, [wanted])
        if self._pg.flush():
            raise psycopg.OperationalError("PostgreSQL takes nothing more.")

    def _read(self) -> None:
        """What came in; a result is whole when there is none after it."""
        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    self._finish()
                    return
                if result.status != pq.ExecStatus.TUPLES_OK:
                    raise psycopg.OperationalError(result.get_error_message())
                self._rows = result
        except psycopg.OperationalError as problem:
            self._lost(problem)

    def _finish(self) -> None:
        rows, self._rows = self._rows, None
        if rows is None:  # nothing was asked: a notice
            return
        if self._timer is not None:
            self._timer.cancel()
        self._answered({each.workflow_id: each for each in _versions_in(rows)})

    def _give_up(self) -> None:
        self._lost(psycopg.OperationalError("PostgreSQL did not answer in time."))

    def close(self) -> "asyncio.Task[None]":
        """Listen no longer, and end the connection."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket)
        return asyncio.create_task(self._connection.close())


def _versions_in(rows: pq.abc.PGresult) -> Iterator[Version]:
    for place in range(rows.ntuples):
        workflow_id, user_id, version, ended, changed = (
            value.decode() if (value := rows.get_value(place, column)) is not None else None
            for column in range(5)
        )
        assert workflow_id is not None
        yield Version(
            UUID(workflow_id),
            None if user_id is None else UUID(user_id),
            int(version or 0),
            None if ended is None else int(ended),
            int(changed or 0),
        )


class VersionDesk:
    """Looks up versions for all who ask at once, with one query on a connection of its own.

    A query is sent after the last of those it answers has asked, never before. So whoever asks
    sees everything that was committed until then, in whichever replica of the facade. While
    one query is under way the next askers gather: under load a query answers many.

    It speaks to libpq itself: this is asked for every status, and a cursor of psycopg, made for
    every purpose, takes as long as all the rest of the answer.
    """

    def __init__(self, database_url: str, wait_seconds: float) -> None:
        self._database_url = database_url
        self._wait_seconds = wait_seconds
        self._waiting: list[_Asked] = []
        self._sent: list[_Asked] = []
        self._line: _Line | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._is_scheduled = False
        self._is_second_try = False
        self.queries = 0
        """How many were sent."""

    async def look(self, workflow_id: UUID) -> Version | None:
        """The workflow's present version; None where there is no such workflow.

        Raises:
            psycopg.OperationalError: the database does not answer.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Version | None] = loop.create_future()
        self._waiting.append((workflow_id, answer))
        if not self._sent and not self._is_scheduled:
            self._is_scheduled = True
            loop.call_soon(self._send)  # with all that arrive in the same turn of the loop
        return await answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator["VersionDesk"]:
        """Answer for the length of the block."""
        try:
            yield self
        finally:
            if self._connecting is not None:
                self._connecting.cancel()
                await asyncio.gather(self._connecting, return_exceptions=True)
            self._hang_up()
            if self._closing is not None:
                await self._closing
            self._refuse(psycopg.OperationalError("The facade is closing."))

    def _send(self) -> None:
        self._is_scheduled = False
        if self._sent or not self._waiting:
            return
        if self._line is None:
            self._connect()
            return
        self._sent, self._waiting = self._waiting, []
        self.queries += 1
        try:
            self._line.ask([workflow_id for workflow_id, _ in self._sent])
        except psycopg.OperationalError as problem:
            self._lost(problem)

    def _answer(self, found: _Found) -> None:
        sent, self._sent = self._sent, []
        self._is_second_try = False
        for workflow_id, answer in sent:
            if not answer.done():
                answer.set_result(found.get(workflow_id))
        self._send()

    def _lost(self, problem: psycopg.OperationalError) -> None:
        """A connection that broke unnoticed is replaced once before anybody is told."""
        log.warning("versions.reconnecting", problem=str(problem))
        self._hang_up()
        if self._is_second_try:
            self._refuse(problem)
            return
        self._is_second_try = bool(self._sent)
        self._waiting, self._sent = self._sent + self._waiting, []
        if self._waiting:
            self._connect()

    def _connect(self) -> None:
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._dial())

    async def _dial(self) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds):
                connection = await self._prepare()
            self._line = _Line(connection, self._wait_seconds, self._answer, self._lost)
        except TimeoutError:
            self._refuse(psycopg.OperationalError("PostgreSQL did not answer in time."))
        except psycopg.Error as problem:
            self._refuse(psycopg.OperationalError(str(problem)))
        finally:
            self._connecting = None
        self._send()

    async def _prepare(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        try:
            await connection.execute(b"PREPARE versions (uuid[]) AS " + _QUESTION)
        except BaseException:
            await connection.close()
            raise
        return connection

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._closing = line.close()

    def _refuse(self, problem: Exception) -> None:
        refused = self._sent + self._waiting
        self._sent, self._waiting, self._is_second_try = [], [], False
        for _, answer in refused:
            if not answer.done():
                answer.set_exception(problem)
