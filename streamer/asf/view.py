"""One stream as the record has it by now."""

import asyncio
from bisect import bisect_right

from psycopg_pool import AsyncConnectionPool

from streamer.asf.vigil import Patience, Vigil
from streamer.segments import SEGMENTS, STATE, Segment, StreamState


class StreamView:
    """What all who listen to one stream know of it.

    A look that takes longer than ``look_seconds`` is given up: its connection may be one whose
    other end is gone.
    """

    def __init__(self, state: StreamState, patience: Patience, look_seconds: float) -> None:
        self.state = state
        self.segments: list[Segment] = []
        self.gone = False
        self._vigil = Vigil(patience)
        self._look_seconds = look_seconds
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._seen = False

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds byte ``offset``, if it is recorded."""
        place = bisect_right(self.segments, offset, key=_end)
        return self.segments[place] if place < len(self.segments) else None

    def segments_from(self, offset: int, most: int) -> list[Segment]:
        """Those from the one that holds byte ``offset`` on, as long as they make ``most`` bytes
        together, and one at least if there is one."""
        first = bisect_right(self.segments, offset, key=_end)
        last = bisect_right(self.segments, offset + most, key=_end)
        return self.segments[first : max(first + 1, last)]

    @property
    def length(self) -> int:
        """How many bytes are recorded."""
        return self.segments[-1].end if self.segments else 0

    @property
    def deserted(self) -> bool:
        """Whether the stream is open and nobody has been at work on it for too long."""
        return self._vigil.deserted

    @property
    def is_over(self) -> bool:
        """Whether whoever has all that is recorded has a last word to hear."""
        return self.gone or self.state.status != "open" or self.deserted

    @property
    def change(self) -> asyncio.Event:
        """Set at the next change; take it before looking, wait for it after."""
        return self._changed

    async def refresh(self, pool: AsyncConnectionPool) -> None:
        """Look at the record. All who ask before a look begins share it, and what comes of it:
        nobody waits for more than the one that is under way and the next.

        A listener who leaves meanwhile does not interrupt it: that would cost the database
        connection, and the others their look.

        Raises:
            psycopg.Error, TimeoutError: the database does not answer.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._look_behind(self._running, pool))
        await asyncio.shield(self._next)

    async def _look_behind(
        self, running: "asyncio.Task[None] | None", pool: AsyncConnectionPool
    ) -> None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        try:
            async with asyncio.timeout(self._look_seconds):
                await self._look(pool)
            self._seen = True
        finally:  # a look that fails may have seen something before
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _look(self, pool: AsyncConnectionPool) -> None:
        """The state is read first, so no end overtakes its bytes."""
        async with pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=self.state.stream_id)
            if state is None:
                self.gone = True
                return
            known = len(self.segments) if state.revision == self.state.revision else 0
            more = await SEGMENTS.aall(
                connection, stream_id=state.stream_id, revision=state.revision, position=known
            )
            if more and self._seen:
                self._vigil.hear()
            self.segments = self.segments[:known] + more
            self.state = state
            await self._vigil.look(connection, state)


def _end(segment: Segment) -> int:
    return segment.end
