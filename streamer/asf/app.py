"""The application: which path leads where. A WebSocket's handshake never comes here: see
:mod:`streamer.asf.transport`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from streamer.asf.handshake import STREAM_PATH
from streamer.asf.health import livez, readyz
from streamer.asf.notify import notify_new_audio
from streamer.asf.problems import CATALOGUE, UpgradeNeeded
from streamer.asf.rooms import open_rooms
from streamer.internal import NOTIFY_PATH
from streamer.problem_answers import install_problems
from streamer.settings import StreamerSettings


def create_app(settings: StreamerSettings) -> Starlette:
    """ASF over parts that are opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_rooms(settings) as rooms:
            app.state.rooms = rooms
            yield {"rooms": rooms}

    routes = [
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
