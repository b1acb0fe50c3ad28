"""What the whole process shares: connections, the follower, the shelf, the seats."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from psycopg_pool import AsyncConnectionPool

from sql import open_async_pool
from streamer.asf.following import Follower
from streamer.asf.refusals import Refusal
from streamer.asf.shelf import Shelf
from streamer.media import MediaStore, open_store
from streamer.settings import StreamerSettings


class Rooms:
    """The running server's parts."""

    def __init__(
        self, settings: StreamerSettings, pool: AsyncConnectionPool, store: MediaStore
    ) -> None:
        self.settings = settings
        self.pool = pool
        self.store = store
        self.shelf = Shelf(store, settings.asf_cache_bytes)
        self.follower = Follower(pool, settings.database_url, settings.asf_poll_seconds)
        self.listeners = 0

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A place for one listener.

        Raises:
            Refusal: ``too_many_listeners``.
        """
        if self.listeners >= self.settings.asf_max_listeners:
            raise Refusal("too_many_listeners")
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1


@asynccontextmanager
async def open_rooms(settings: StreamerSettings) -> AsyncIterator[Rooms]:
    """The parts, opened and following; closed behind the block."""
    pool = await open_async_pool(settings)
    rooms = Rooms(settings, pool, open_store(settings.media_url))
    following = asyncio.create_task(rooms.follower.run())
    try:
        yield rooms
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await pool.close()
