"""Following the record: one look at the database per change, however many listen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from streamer.asf.edge import Edge
from streamer.asf.refusals import Refusal
from streamer.asf.shelf import Shelf
from streamer.asf.view import StreamView
from streamer.asf.vigil import Patience
from streamer.segments import STATE, StreamState
from streamer.settings import StreamerSettings

log = structlog.get_logger()


@dataclass(eq=False)
class Followed:
    """A stream that somebody listens to."""

    view: StreamView
    edge: Edge
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the record is said to have changed."""
    tasks: "list[asyncio.Task[None]]" = field(default_factory=list)
    listeners: int = 0


class Follower:
    """Follows every stream that somebody listens to, and no other.

    Each is looked at by a task of its own, when it is notified of and every so often besides: a
    look that hangs, or notifications that are lost, cost no other stream a moment.
    """

    def __init__(self, pool: AsyncConnectionPool, shelf: Shelf, settings: StreamerSettings) -> None:
        self._pool = pool
        self._shelf = shelf
        self._database_url = settings.database_url
        self._poll_seconds = settings.asf_poll_seconds
        self._look_seconds = settings.asf_database_seconds
        self._patience = Patience(settings.asf_stalled_seconds, settings.asf_unbegun_seconds)
        self._followed: dict[UUID, Followed] = {}
        self.connected = False

    @asynccontextmanager
    async def follow(self, stream_id: UUID) -> AsyncIterator[Followed]:
        """The stream, kept fresh for the length of the block.

        Raises:
            Refusal: ``unknown_stream``.
            psycopg.Error, TimeoutError: the database does not answer.
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
                for task in followed.tasks:
                    task.cancel()
                del self._followed[stream_id]

    def _begin(self, state: StreamState) -> Followed:
        view = StreamView(state, self._patience, self._look_seconds)
        followed = Followed(view, Edge(view, self._shelf))
        followed.tasks = [
            asyncio.create_task(followed.edge.run()),
            asyncio.create_task(self._keep_fresh(followed)),
        ]
        self._followed[state.stream_id] = followed
        return followed

    async def _keep_fresh(self, followed: Followed) -> None:
        """Look again whenever there may be something new, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await followed.news.wait()
            followed.news.clear()
            try:
                await followed.view.refresh(self._pool)
            except (psycopg.Error, OSError) as problem:
                workflow_id = str(followed.view.state.workflow_id)
                log.warning("stream_not_seen", error=repr(problem), workflow_id=workflow_id)

    async def run(self) -> None:
        """Listen for changes until cancelled; a lost connection is made again."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as problem:
                log.warning("stream_notifications_lost", error=repr(problem))
            finally:
                self.connected = False
            await asyncio.sleep(min(1.0, self._poll_seconds))

    async def _listen(self) -> None:
        """Until the connection is lost, or its other end does not answer."""
        async with asyncio.timeout(self._look_seconds):
            connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        async with connection:
            while True:
                async with asyncio.timeout(self._look_seconds):
                    await connection.execute("LISTEN stream_segment")
                self._notify_all(since_lost=not self.connected)
                self.connected = True
                async for note in connection.notifies(timeout=self._poll_seconds):
                    with suppress(ValueError):
                        followed = self._followed.get(UUID(note.payload))
                        if followed is not None:
                            followed.news.set()

    def _notify_all(self, since_lost: bool) -> None:
        """What was said while nobody listened is looked for in every stream."""
        if since_lost:
            for followed in self._followed.values():
                followed.news.set()

    async def _first_state(self, stream_id: UUID) -> StreamState:
        async with asyncio.timeout(self._look_seconds), self._pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=stream_id)
        if state is None:
            raise Refusal("unknown_stream")
        return state
