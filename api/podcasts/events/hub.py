"""One listening connection to the database wakes every event stream of this process."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

import psycopg
import structlog

from api.problems import TooManyStreams

PAUSE = 0.5
"""Seconds between two attempts to reach a database that is away."""
CHANNELS = ("workflow", "pool")
POOL = "pool"
"""The name of the pool of cards; a workflow's name is its id."""

log = structlog.get_logger()


class Bell:
    """Rung when what it is for may have changed. However often it rings, one look answers it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something may have happened."""
        self._rung.set()

    def quieten(self) -> None:
        """To be called before a look: what rings from here on is newer than the look."""
        self._rung.clear()

    async def heard(self, seconds: float) -> bool:
        """Wait for a ring; False where there was none for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        return True


class EventHub:
    """Knows who follows which workflow, and who the pool of cards."""

    def __init__(self, database_url: str, most_of_a_caller: int) -> None:
        self._database_url = database_url
        self._most_of_a_caller = most_of_a_caller
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._open: Counter[UUID] = Counter()
        self.closing = False
        self.connected = False

    @contextmanager
    def seat(self, user_id: UUID) -> Iterator[None]:
        """A place for one event stream of that caller.

        Raises:
            TooManyStreams: all of the caller's are taken.
        """
        if self._open[user_id] >= self._most_of_a_caller:
            raise TooManyStreams(
                f"At most {self._most_of_a_caller} event streams may be open at once.",
                {"Retry-After": "5"},
            )
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    @contextmanager
    def follow(self, name: UUID | str, bell: Bell | None = None) -> Iterator[Bell]:
        """A bell of one's own for that workflow or the pool; or one's bell for that too."""
        name, bell = str(name), bell or Bell()
        self._bells[name].add(bell)
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)
            if not self._bells[name]:
                del self._bells[name]

    def ring(self, name: UUID | str) -> None:
        """Something about it may have changed, of which the database says nothing."""
        for bell in self._bells.get(str(name), ()):
            bell.ring()

    def close(self) -> None:
        """The process is about to end: every stream ends now, and is resumed elsewhere."""
        self.closing = True
        self._ring_all()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["EventHub"]:
        """Listen for the length of the block."""
        task = asyncio.create_task(self._listen())
        try:
            yield self
        finally:
            self.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError) as problem:
                log.warning("events.listening_interrupted", problem=str(problem))
            finally:
                self.connected = False
            await asyncio.sleep(PAUSE)

    async def _listen_once(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True
        ) as connection:
            for channel in CHANNELS:
                await connection.execute(f"LISTEN {channel}".encode())
            self.connected = True
            self._ring_all()  # what was told while nobody listened is lost: everybody looks
            async for notification in connection.notifies():
                self.ring(POOL if notification.channel == POOL else notification.payload)

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()
