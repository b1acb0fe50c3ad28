"""The internal door: the orchestrator says that an episode is finished."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from sql import Command, Statement
from streamer.asf.problems import (
    NotFinished,
    NotificationRefused,
    UnknownFile,
    UnknownStream,
)
from streamer.asf.rooms import Rooms
from streamer.errors import RefusedNotification
from streamer.internal import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify_notification
from streamer.problems import BodyTooLarge, InvalidRequest

LONGEST_BODY = 4096
LONGEST_READ_SECONDS = 10.0
log = structlog.get_logger()


class Notification(BaseModel):
    """``filepath`` is the URI of an object in the media store that belongs to the same flow."""

    model_config = ConfigDict(extra="forbid")

    stream_id: UUID
    filepath: Annotated[str, Field(pattern=r"^[^\x00]*$")]
    """No URI has a NUL in it, and PostgreSQL takes none."""


@dataclass(frozen=True)
class Releasable:
    """A stream, and whether the named object is one of its flow's."""

    status: str
    quality: dict[str, Any] | None
    known: bool


RELEASABLE = Statement("streams/releasable", Releasable)
RELEASE = Command("streams/release")


async def notify_new_audio(request: Request) -> JSONResponse:
    """``POST /asf/internal/notify_new_audio``: release what passed its quality control."""
    rooms: Rooms = request.app.state.rooms
    body = await _read(request)
    try:
        _check(request, rooms, body)
        notification = Notification.model_validate_json(body)
    except RefusedNotification as refused:
        raise NotificationRefused(str(refused)) from None
    except ValidationError as invalid:
        raise _explained(invalid) from None
    return await _release(rooms, notification)


async def _release(rooms: Rooms, notification: Notification) -> JSONResponse:
    """Mark the stream released, if it is whole, the file its own, and the verdict good."""
    stream_id = notification.stream_id
    async with rooms.pool.connection() as connection:
        found = await RELEASABLE.aone(connection, stream_id=stream_id, uri=notification.filepath)
        if found is None:
            raise UnknownStream
        if not found.known:
            raise UnknownFile
        if found.status != "ended":
            raise NotFinished
        released = bool(await RELEASE.arun(connection, stream_id=stream_id))
    log.info("stream_finished", stream_id=str(stream_id), released=released)
    reasons = [] if released else (found.quality or {}).get("problems", [])
    return JSONResponse({"stream_id": str(stream_id), "released": released, "problems": reasons})


def _check(request: Request, rooms: Rooms, body: bytes) -> None:
    verify_notification(
        rooms.settings.secret_key.get_secret_value(),
        body,
        request.headers.get(TIMESTAMP_HEADER),
        request.headers.get(SIGNATURE_HEADER),
    )


async def _read(request: Request) -> bytes:
    """The body; what came of it in time, where the caller is slow or went away.

    Raises:
        BodyTooLarge: it is longer than any notification.
    """
    body = b""
    with suppress(ClientDisconnect, TimeoutError):
        async with asyncio.timeout(LONGEST_READ_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST_BODY:
                    raise BodyTooLarge("A notification is short.", {"Connection": "close"})
    return body


def _explained(invalid: ValidationError) -> InvalidRequest:
    faults = [
        {"place": ".".join(map(str, fault["loc"])) or "body", "detail": fault["msg"]}
        for fault in invalid.errors(include_url=False, include_input=False)
    ]
    return InvalidRequest(f"{faults[0]['place']}: {faults[0]['detail']}", errors=faults)
