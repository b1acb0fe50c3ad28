"""Following the record: one look at the database per change, however many listen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from streamer.asf.edge import Edge
from streamer.asf.refusals import Refusal
from streamer.asf.shelf import Shelf
from streamer.asf.view import StreamView
from streamer.segments import STATE, StreamState

log = structlog.get_logger()


@dataclass(eq=False)
class Followed:
    """A stream that somebody listens to."""

    view: StreamView
    edge: Edge
    running: "asyncio.Task[None]"
    listeners: int = 0


class Follower:
    """Follows every stream that somebody listens to, and no other."""

    def __init__(
        self, pool: AsyncConnectionPool, shelf: Shelf, database_url: str, poll_seconds: float
    ) -> None:
        self._pool = pool
        self._shelf = shelf
        self._database_url = database_url
        self._poll_seconds = poll_seconds
        self._followed: dict[UUID, Followed] = {}
        self.connected = False

    @asynccontextmanager
    async def follow(self, stream_id: UUID) -> AsyncIterator[Followed]:
        """The stream, kept fresh for the length of the block.

        Raises:
            Refusal: ``unknown_stream``.
        """
        followed = self._followed.get(stream_id)
        if followed is None:
            state = await asyncio.shield(self._first_state(stream_id))
            followed = self._followed.get(stream_id) or self._begin(state)
        followed.listeners += 1
        try:
            await followed.view.refresh(self._pool)
            yield followed
        finally:
            followed.listeners -= 1
            if not followed.listeners:
                followed.running.cancel()
                del self._followed[stream_id]

    def _begin(self, state: StreamState) -> Followed:
        view = StreamView(state)
        edge = Edge(view, self._shelf)
        followed = Followed(view, edge, asyncio.create_task(edge.run()))
        self._followed[state.stream_id] = followed
        return followed

    async def run(self) -> None:
        """Listen for changes until cancelled; a lost connection is made again."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as problem:
                log.warning("stream_notifications_lost", error=str(problem))
            finally:
                self.connected = False
            await asyncio.sleep(min(1.0, self._poll_seconds))

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        async with connection:
            await connection.execute("LISTEN stream_segment")
            self.connected = True
            while True:
                await self._refresh_all()
                async for note in connection.notifies(timeout=self._poll_seconds):
                    with suppress(ValueError):
                        followed = self._followed.get(UUID(note.payload))
                        if followed is not None:
                            await followed.view.refresh(self._pool)

    async def _first_state(self, stream_id: UUID) -> StreamState:
        async with self._pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=stream_id)
        if state is None:
            raise Refusal("unknown_stream")
        return state

    async def _refresh_all(self) -> None:
        for followed in list(self._followed.values()):
            await followed.view.refresh(self._pool)
