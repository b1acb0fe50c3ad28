"""Whether the process lives, and whether it can serve."""

import asyncio

import psycopg
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from streamer.asf.rooms import Rooms
from streamer.errors import StreamerError
from streamer.problems import NotReady

log = structlog.get_logger()


async def livez(_request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> JSONResponse:
    """Database, notifications and media store answer."""
    rooms: Rooms = request.app.state.rooms
    checks = {
        "database": await _database(rooms),
        "notifications": rooms.follower.connected,
        "media": await _media(rooms),
    }
    missing = ", ".join(name for name, good in checks.items() if not good)
    if missing:
        raise NotReady(f"Out of reach: {missing}.", checks=checks, listeners=rooms.seats.taken)
    return JSONResponse({"status": "ready", "checks": checks, "listeners": rooms.seats.taken})


async def _database(rooms: Rooms) -> bool:
    try:
        async with rooms.pool.connection(timeout=2) as connection:
            await connection.execute("SELECT 1")
    except psycopg.Error as error:
        log.warning("database_out_of_reach", error=str(error))
        return False
    return True


async def _media(rooms: Rooms) -> bool:
    try:
        await asyncio.to_thread(rooms.store.exists, rooms.store.uri_of("readiness"))
    except (StreamerError, OSError) as error:
        log.warning("media_out_of_reach", error=str(error))
        return False
    return True
