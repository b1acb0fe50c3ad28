"""One event stream, from its first byte to its last (WHATWG HTML, section 9.2)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, aclosing

import psycopg
import structlog
from fastapi.sse import format_sse_event
from psycopg_pool import PoolTimeout
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.parts import Parts
from api.podcasts.events.hub import PAUSE
from api.podcasts.events.record import Batch, Told, is_over, read_present, read_since
from api.podcasts.versions import Version

RETRY_MILLISECONDS = 2000
"""How long a client waits before it comes back."""
STALL_SECONDS = 30.0
"""A client that takes nothing for so long is let go: it can resume."""
HEARTBEAT = b":\n\n"

log = structlog.get_logger()


async def narrate(parts: Parts, version: Version, place: int | None) -> AsyncIterator[bytes]:
    """What happens to a workflow after event ``place``, until it ends (None: and what is now)."""
    ends_at = time.monotonic() + parts.settings.events_seconds
    after = place
    with parts.events.follow(version.workflow_id) as bell:
        yield format_sse_event(retry=RETRY_MILLISECONDS)
        while not parts.events.closing and time.monotonic() < ends_at:
            bell.quieten()
            try:
                batch = await _read(parts, version, after)
            except (psycopg.OperationalError, PoolTimeout) as problem:
                log.warning("events.unavailable", problem=str(problem))
                yield HEARTBEAT
                await asyncio.sleep(PAUSE)
                continue
            if batch is None:
                return
            for told in batch.told:
                yield write(told)
                if told.kind == "end":
                    return
            silent = after == batch.until
            after = batch.until
            if silent and not await bell.heard(parts.settings.events_heartbeat_seconds):
                yield HEARTBEAT


async def _read(parts: Parts, first: Version, after: int | None) -> Batch | None:
    """What there is to tell; None where nothing ever will be."""
    version = await parts.versions.look(first.workflow_id)
    if version is None or version.user_id != first.user_id:
        return None
    if after is None or after > version.version:
        batch = await read_present(parts, version)
        return batch if batch.told else None
    if is_over(version, after):
        return None
    if after == version.version:
        return Batch([], after)
    return await read_since(parts, version, after)


def write(told: Told) -> bytes:
    """An event as it goes over the wire."""
    number = None if told.seq is None else str(told.seq)
    return format_sse_event(id=number, event=told.kind, data_str=told.data.model_dump_json())


class EventStream(StreamingResponse):
    """The answer that carries a stream. The seat is taken when it begins, and always given back."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncIterator[bytes], seat: AbstractContextManager[None]) -> None:
        super().__init__(frames, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._frames = frames
        self._seat = seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, the caller's leave, or the server's."""
        with self._seat:
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Each event at once; no more of them are read than the client takes."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async with aclosing(self._frames) as frames:  # type: ignore[type-var]
            async for frame in frames:
                try:
                    async with asyncio.timeout(STALL_SECONDS):
                        await send({"type": "http.response.body", "body": frame, "more_body": True})
                except TimeoutError:
                    log.info("events.stalled")
                    return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
