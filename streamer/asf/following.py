"""Following the record: one look at the database per change, however many listen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from streamer.asf.refusals import Refusal
from streamer.segments import SEGMENTS, STATE, Segment, StreamState

log = structlog.get_logger()


class StreamView:
    """One stream as the record has it by now."""

    def __init__(self, state: StreamState) -> None:
        self.state = state
        self.segments: list[Segment] = []
        self.listeners = 0
        self.gone = False
        self._changed = asyncio.Event()
        self._looking = asyncio.Lock()

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds byte ``offset``, if it is recorded."""
        low, high = 0, len(self.segments)
        while low < high:
            middle = (low + high) // 2
            if self.segments[middle].end > offset:
                high = middle
            else:
                low = middle + 1
        return self.segments[low] if low < len(self.segments) else None

    @property
    def length(self) -> int:
        """How many bytes are recorded."""
        return self.segments[-1].end if self.segments else 0

    @property
    def change(self) -> asyncio.Event:
        """Set at the next change; take it before looking, wait for it after."""
        return self._changed

    async def refresh(self, pool: AsyncConnectionPool) -> None:
        """Look at the record. The state is read first, so no end overtakes its bytes."""
        async with self._looking, pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=self.state.stream_id)
            if state is None:
                self.gone = True
            else:
                known = len(self.segments) if state.revision == self.state.revision else 0
                more = await SEGMENTS.aall(
                    connection, stream_id=state.stream_id, revision=state.revision, position=known
                )
                self.segments = self.segments[:known] + more
                self.state = state
        self._changed.set()
        self._changed = asyncio.Event()


class Follower:
    """Keeps a view of every stream that somebody listens to, and of no other."""

    def __init__(self, pool: AsyncConnectionPool, database_url: str, poll_seconds: float) -> None:
        self._pool = pool
        self._database_url = database_url
        self._poll_seconds = poll_seconds
        self._views: dict[UUID, StreamView] = {}
        self.connected = False

    @asynccontextmanager
    async def follow(self, stream_id: UUID) -> AsyncIterator[StreamView]:
        """The stream's view, kept fresh for the length of the block.

        Raises:
            Refusal: ``unknown_stream``.
        """
        view = self._views.get(stream_id)
        if view is None:
            first = StreamView(await self._first_state(stream_id))
            view = self._views.setdefault(stream_id, first)
        view.listeners += 1
        try:
            await view.refresh(self._pool)
            yield view
        finally:
            view.listeners -= 1
            if not view.listeners and self._views.get(stream_id) is view:
                del self._views[stream_id]

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
                        view = self._views.get(UUID(note.payload))
                        if view is not None:
                            await view.refresh(self._pool)

    async def _first_state(self, stream_id: UUID) -> StreamState:
        async with self._pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=stream_id)
        if state is None:
            raise Refusal("unknown_stream")
        return state

    async def _refresh_all(self) -> None:
        for view in list(self._views.values()):
            await view.refresh(self._pool)
