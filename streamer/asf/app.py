"""The application: which path leads where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from streamer.asf.door import stream
from streamer.asf.health import livez, readyz
from streamer.asf.notify import notify_new_audio
from streamer.asf.problems import CATALOGUE, UpgradeNeeded
from streamer.asf.rooms import open_rooms
from streamer.internal import NOTIFY_PATH
from streamer.problem_answers import install_problems
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
        Route(STREAM_PATH, refuse_plain_request),
        Route(NOTIFY_PATH, notify_new_audio, methods=["POST"]),
        Route("/livez", livez),
        Route("/readyz", readyz),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    install_problems(app, CATALOGUE)
    return app


async def refuse_plain_request(_request: Request) -> Response:
    """Somebody opened the stream's address as a page."""
    raise UpgradeNeeded(headers={"Upgrade": "websocket", "Connection": "Upgrade"})
