"""What the whole process shares: connections, the follower, the shelf, the seats."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg_pool import AsyncConnectionPool

from sql import open_async_pool
from streamer.asf.following import Follower
from streamer.asf.seats import Seats
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
        self.shelf = Shelf(store, settings.asf_cache_bytes, settings.asf_media_seconds)
        self.follower = Follower(pool, self.shelf, settings)
        self.seats = Seats(settings.asf_max_listeners, settings.asf_max_listeners_per_caller)


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
