"""The application: which path leads where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from streamer.asf.door import stream
from streamer.asf.health import livez, readyz
from streamer.asf.notify import notify_new_audio
from streamer.asf.rooms import open_rooms
from streamer.internal import NOTIFY_PATH
from streamer.settings import StreamerSettings

STREAM_PATH = "/api/v1/podcasts/stream"


def create_app(settings: StreamerSettings) -> Starlette:
    """ASF over parts that are opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_rooms(settings) as rooms:
            app.state.rooms = rooms
            yield

    routes = [
        WebSocketRoute(STREAM_PATH, stream),
        Route(NOTIFY_PATH, notify_new_audio, methods=["POST"]),
        Route("/livez", livez),
        Route("/readyz", readyz),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
