"""The open parts of a running model service: the writer, the voices, what they need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from psycopg_pool import ConnectionPool

from agents.aims.settings import AimsSettings
from agents.aims.speech import open_backend as open_speech
from agents.aims.speech.desk import SpeechDesk
from agents.aims.speech.shelf import Shelf
from agents.aims.text import TextBackend
from agents.aims.text import open_backend as open_text
from sql.pool import open_pool
from streamer.media import open_store

log = structlog.get_logger(__name__)


@dataclass
class Rooms:
    """What the routes work with."""

    settings: AimsSettings
    text: TextBackend
    desk: SpeechDesk
    warm: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def open_rooms(settings: AimsSettings) -> AsyncIterator[Rooms]:
    """Open everything; writer and voices warm up while the service already answers."""
    pool: ConnectionPool = open_pool(settings)
    try:
        shelf = Shelf(pool, open_store(settings.media_url))
        rooms = Rooms(settings, open_text(), SpeechDesk(open_speech(settings), shelf))
        warming = asyncio.create_task(_warm(rooms))
        yield rooms
        warming.cancel()
        await asyncio.to_thread(rooms.desk.close)
    finally:
        pool.close()


async def _warm(rooms: Rooms) -> None:
    """Warm writer and voices; a voice back end that is down is tried again until it is not."""
    while True:
        try:
            await asyncio.to_thread(rooms.text.warm)
            await asyncio.to_thread(rooms.desk.backend.warm)
        except Exception as problem:
            log.warning("voices_not_warm", error=str(problem))
            await asyncio.sleep(5)
        else:
            rooms.warm.set()
            log.info("voices_warm", backend=rooms.desk.backend.name)
            return
