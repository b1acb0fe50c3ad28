"""The WebSocket door: one listener from accept to close."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from streamer.asf import messages
from streamer.asf.following import StreamView
from streamer.asf.problems import OriginNotAllowed
from streamer.asf.refusals import Refusal
from streamer.asf.rooms import Rooms
from streamer.asf.session import Place, Session
from streamer.asf.transport import DISMISS
from streamer.capability import verify_stream
from streamer.errors import ExpiredStream, StreamerError, UnknownStream

log = structlog.get_logger()


async def stream(websocket: WebSocket) -> None:
    """``WS /api/v1/podcasts/stream?stream_id=…&cursor=…``."""
    rooms: Rooms = websocket.app.state.rooms
    if not _welcome(websocket, rooms):
        await websocket.send_denial_response(OriginNotAllowed().answer())
        return
    await websocket.accept()
    try:
        await _serve(websocket, rooms)
    except Refusal as refusal:
        await _part(websocket, refusal)
    except WebSocketDisconnect:
        return
    except (psycopg.Error, StreamerError, OSError) as problem:
        log.error("stream_broken_off", error=repr(problem))
        await _part(websocket, Refusal("unavailable"))


def _welcome(websocket: WebSocket, rooms: Rooms) -> bool:
    """A page of another site may not use a listener's browser to listen."""
    origin = websocket.headers.get("origin")
    allowed = rooms.settings.origins
    return not allowed or origin is None or origin.rstrip("/") in allowed


async def _serve(websocket: WebSocket, rooms: Rooms) -> None:
    query = websocket.query_params
    place = Place.parse(query.get("cursor"), query.get("from"), query.get("revision"))
    with rooms.seat():
        async with _admit(rooms, query.get("stream_id", "")) as view:
            session = Session(view, rooms.shelf, place)
            await Listener(websocket, session, rooms).serve()


@asynccontextmanager
async def _admit(rooms: Rooms, capability: str) -> AsyncIterator[StreamView]:
    """The stream that ``capability`` opens, followed for the length of the block."""
    try:
        granted = verify_stream(rooms.settings.secret_key.get_secret_value(), capability)
    except UnknownStream:
        raise Refusal("unknown_stream") from None
    except ExpiredStream:
        raise Refusal("expired_stream") from None
    async with rooms.follower.follow(granted.stream_id) as view:
        if view.state.user_id != granted.user_id:
            raise Refusal("unknown_stream")
        if view.state.expired:
            raise Refusal("expired_stream")
        structlog.contextvars.bind_contextvars(workflow_id=str(view.state.workflow_id))
        yield view


class Listener:
    """Sends what the session says, while it hears what the listener wants."""

    def __init__(self, websocket: WebSocket, session: Session, rooms: Rooms) -> None:
        self._websocket = websocket
        self._session = session
        self._settings = rooms.settings
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._patience = messages.Patience(rooms.settings.asf_client_messages_per_minute)

    async def serve(self) -> None:
        """Until the end, a refusal, or the listener's leave; then the socket is closed."""
        sending = asyncio.create_task(self._send_all())
        hearing = asyncio.create_task(self._hear())
        try:
            done, _ = await asyncio.wait((sending, hearing), return_when="FIRST_COMPLETED")
            for task in done:
                task.result()
        finally:
            for task in (sending, hearing):
                task.cancel()
            await asyncio.gather(sending, hearing, return_exceptions=True)

    async def _send_all(self) -> None:
        async for message in self._session.messages():
            await self._until_resumed()
            try:
                async with asyncio.timeout(self._settings.asf_send_timeout_seconds):
                    await self._send(message)
            except TimeoutError:
                raise Refusal("consumer_too_slow") from None
        await self._websocket.close(1000)

    async def _send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self._websocket.send_text(message)
        else:
            await self._websocket.send_bytes(message)

    async def _until_resumed(self) -> None:
        if self._flowing.is_set():
            return
        try:
            async with asyncio.timeout(self._settings.asf_longest_pause_seconds):
                await self._flowing.wait()
        except TimeoutError:
            raise Refusal("paused_too_long") from None

    async def _hear(self) -> None:
        """Take wishes until the listener leaves."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            self._patience.spend()
            text = event.get("text")
            if text is None:
                raise Refusal("bad_message")
            if messages.read_wish(text) == "pause":
                self._flowing.clear()
            else:
                self._flowing.set()


async def _part(websocket: WebSocket, refusal: Refusal) -> None:
    """Say why, and close; a listener who does not read is not waited for."""
    log.info("stream_refused", code=refusal.code)
    dismiss = websocket.scope["extensions"][DISMISS]
    dismiss(messages.error(refusal), refusal.ending.close_code)
