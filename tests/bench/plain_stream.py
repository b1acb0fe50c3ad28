"""``python -m tests.bench.plain_stream <port>``: the same stream by uvicorn and Starlette alone."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.bench.frames import FRAME_SECONDS, stamped_cluster


class Station:
    """The frame of the moment, and the event that a new one is there."""

    def __init__(self) -> None:
        self.frame = b""
        self.change = asyncio.Event()

    async def run(self) -> None:
        """A frame every 200 ms."""
        began, number = time.monotonic(), 0
        while True:
            await asyncio.sleep(began + number * FRAME_SECONDS - time.monotonic())
            self.frame = stamped_cluster(number)
            self.change.set()
            self.change = asyncio.Event()
            number += 1


async def stream(websocket: WebSocket) -> None:
    """Every frame, as soon as it is there."""
    station: Station = websocket.app.state.station
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await station.change.wait()
            await websocket.send_bytes(station.frame)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """The station, on the air."""
    app.state.station = Station()
    on_air = asyncio.create_task(app.state.station.run())
    yield
    on_air.cancel()


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[WebSocketRoute("/", stream)], lifespan=lifespan), host="127.0.0.1",
        port=int(sys.argv[1]), ws_per_message_deflate=False, access_log=False, log_level="warning",
    )  # fmt: skip
