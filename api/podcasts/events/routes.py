"""GET /podcasts/{workflow_id}/events."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from api.callers import OfCaller
from api.documentation import documented
from api.identifiers import OfWorkflow
from api.parts import OfFacade
from api.podcasts.answer import look
from api.podcasts.events.describe import describe_stream
from api.podcasts.events.place import OfPlace
from api.podcasts.events.record import is_over, makes_podcast
from api.podcasts.events.stream import EventStream, narrate
from api.problems import InvalidRequest, NotFound, TooManyStreams, Unauthenticated

router = APIRouter()
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: describe_stream(),
    204: {"description": "You have seen the last event; there is nothing to reconnect for."},
    **documented(Unauthenticated, NotFound, InvalidRequest, TooManyStreams),
}


@router.get(
    "/{workflow_id}/events", operation_id="follow_podcast", summary="Follow a podcast being made",
    status_code=200, response_class=EventStream, responses=_RESPONSES,
)  # fmt: skip
async def follow_podcast(
    parts: OfFacade, caller: OfCaller, workflow_id: OfWorkflow, place: OfPlace
) -> Response:
    """Server-sent events. Without Last-Event-ID the first one is the present `status`; then each
    thing is told as it happens, and after `end` the stream closes. When it breaks off before,
    come back with the last `id`: nothing is missed. Ids count the versions of the status."""
    version = await look(parts, workflow_id, caller.user_id)
    if place is not None and is_over(version, place):
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    if not await makes_podcast(parts, version):
        raise NotFound
    seat = parts.events.seat(caller.user_id)
    return EventStream(narrate(parts, version, place), seat)
