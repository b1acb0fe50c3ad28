"""GET /snippets/events."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.documentation import documented
from api.parts import OfFacade
from api.podcasts.events.describe import describe_stream
from api.podcasts.events.place import OfPlace
from api.podcasts.events.stream import EventStream
from api.problems import InvalidRequest, NotFound, TooManyStreams, Unauthenticated
from api.snippets.events.kinds import KINDS
from api.snippets.events.stream import find_refresh, narrate
from api.snippets.view import OfAsker

router = APIRouter()
_EXAMPLE = {
    "id": "198",
    "event": "retired",
    "data": '{"at":"2026-11-22T14:05:09Z","snippet_id":"5f0d9a0e-6f2b-5c55-9d0e-0d5f3a1c7b00"}',
}
_NUMBERED = "A `refresh` that is not the first of its stream has no `id`."
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: describe_stream(KINDS, _EXAMPLE, _NUMBERED),
    **documented(Unauthenticated, NotFound, InvalidRequest, TooManyStreams),
}


@router.get(
    "/events", operation_id="follow_snippets", summary="Follow the cards as they come and go",
    status_code=200, response_class=EventStream, responses=_RESPONSES,
)  # fmt: skip
async def follow_snippets(
    parts: OfFacade,
    asker: OfAsker,
    place: OfPlace,
    workflow_id: Annotated[
        UUID | None,
        Query(description="Only cards that this refresh or exploration makes, and its end."),
    ] = None,
) -> Response:
    """Server-sent events. Ids count the versions of the pool: begin with the `pool.version` of
    your page as `last_event_id` and nothing is missed; come back with the last `id`. Of one
    refresh or exploration all is told from its first card on, where you give no number. Cards of
    categories that you muted are not told."""
    if workflow_id is not None and await find_refresh(parts, asker, workflow_id) is None:
        raise NotFound
    seat = parts.events.seat(asker.user_id)
    return EventStream(narrate(parts, asker, place, workflow_id), seat)
