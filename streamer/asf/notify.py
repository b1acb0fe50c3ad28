"""The internal door: the orchestrator says that an episode is finished."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from sql import Command, Statement
from streamer.asf.problems import problem
from streamer.asf.rooms import Rooms
from streamer.errors import RefusedNotification
from streamer.internal import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify_notification

LONGEST_BODY = 4096
log = structlog.get_logger()


class Notification(BaseModel):
    """``filepath`` is the URI of an object in the media store that belongs to the same flow."""

    model_config = ConfigDict(extra="forbid")

    stream_id: UUID
    filepath: str


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
    if body is None:
        return problem(413, "Too long", "A notification is short.", "too_long")
    try:
        _check(request, rooms, body)
        notification = Notification.model_validate_json(body)
    except RefusedNotification as refused:
        return problem(401, "Refused", str(refused), "refused")
    except ValidationError as invalid:
        return problem(422, "Invalid", _first_fault(invalid), "invalid")
    return await _release(rooms, notification)


async def _release(rooms: Rooms, notification: Notification) -> JSONResponse:
    """Mark the stream released, if it is whole, the file its own, and the verdict good."""
    stream_id = notification.stream_id
    async with rooms.pool.connection() as connection:
        found = await RELEASABLE.aone(connection, stream_id=stream_id, uri=notification.filepath)
        if found is None:
            return problem(404, "Unknown stream", "There is no such stream.", "unknown_stream")
        if not found.known:
            return problem(
                422, "Unknown file", "That file does not belong to the stream.", "unknown_file"
            )
        if found.status != "ended":
            return problem(409, "Not finished", "The stream has not ended.", "not_finished")
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


async def _read(request: Request) -> bytes | None:
    """The body, or None where it is longer than any notification."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LONGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return body


def _first_fault(invalid: ValidationError) -> str:
    fault = invalid.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}"
