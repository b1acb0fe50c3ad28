"""POST and GET /podcasts, GET and DELETE /podcasts/{workflow_id}."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.callers import OfCaller, caller_of
from api.documentation import conditional, correlated, documented, json_body, keyed, named
from api.identifiers import OfWorkflow, read_workflow_id
from api.json_body import read_json
from api.limits.limiter import refusals_counted
from api.parts import OfFacade, facade_of
from api.podcasts.answer import answer_status
from api.podcasts.cancel import cancel
from api.podcasts.correlation import read_correlation
from api.podcasts.direct import DirectRoute
from api.podcasts.document import Accepted, Cancelled, PodcastStatus
from api.podcasts.events.routes import router as events
from api.podcasts.ordering import order_podcast
from api.podcasts.pages import CURSOR, PodcastPage, read_cursor, read_page
from api.podcasts.request import PodcastRequest
from api.problems import (
    AlreadyEnded,
    BadRequest,
    BodyTooLarge,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    NotFound,
    QuotaExceeded,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)
from api.request_keys import read_key

router = APIRouter(prefix="/podcasts", tags=["podcasts"])
direct = APIRouter(route_class=DirectRoute)


@direct.get(
    "/{workflow_id}", operation_id="get_podcast", summary="See how a podcast comes along",
    response_model=PodcastStatus, openapi_extra={"parameters": named() + conditional()},
    responses={
        304: {"description": "Nothing has changed."},
        **documented(Unauthenticated, NotFound, TooManyRequests),
    },
)  # fmt: skip
async def get_podcast(request: Request) -> Response:
    """Ask again with If-None-Match: while nothing changes, the answer is a cheap 304."""
    parts = await facade_of(request)
    caller = await caller_of(request, parts)
    workflow_id = await read_workflow_id(request.path_params["workflow_id"])
    asked = request.headers.get("if-none-match")
    return await answer_status(parts, workflow_id, caller.user_id, asked)


router.include_router(direct)  # first: routes are tried in this order
router.include_router(events)


@router.post(
    "", status_code=202, operation_id="create_podcast", summary="Ask for a podcast",
    response_model=Accepted, openapi_extra={
        **json_body(PodcastRequest), "parameters": keyed() + correlated(),
    },
    responses=documented(
        BadRequest, KeyMissing, KeyMalformed, Unauthenticated, KeyInUse, BodyTooLarge,
        UnsupportedMediaType, InvalidRequest, KeyReused, TooManyRequests, QuotaExceeded,
    ),
)  # fmt: skip
async def create_podcast(request: Request, parts: OfFacade, caller: OfCaller) -> Response:
    """Accepted podcasts are made, whatever happens to the facade or to Airflow meanwhile."""
    async with refusals_counted(request, parts.limits, caller.user_id):
        key, correlation = read_key(request), read_correlation(request)
        body = await read_json(request)
    return await order_podcast(request, parts, caller, key, correlation, body)


@router.get("", operation_id="list_podcasts", summary="Your podcasts, newest first",
    responses=documented(Unauthenticated, InvalidRequest, TooManyRequests),
)  # fmt: skip
async def list_podcasts(
    parts: OfFacade,
    caller: OfCaller,
    cursor: Annotated[
        str | None,
        Query(
            description="`next_cursor` of the page before.", json_schema_extra={"pattern": CURSOR}
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PodcastPage:
    """Pages stay true while podcasts are added: none is shown twice, none left out."""
    after = None if cursor is None else read_cursor(cursor)
    async with parts.pool.connection() as connection:
        return await read_page(connection, caller.user_id, after, limit)


@router.delete(
    "/{workflow_id}", operation_id="cancel_podcast", summary="Stop making a podcast",
    responses=documented(Unauthenticated, NotFound, AlreadyEnded, TooManyRequests),
)  # fmt: skip
async def cancel_podcast(parts: OfFacade, caller: OfCaller, workflow_id: OfWorkflow) -> Cancelled:
    """Stops the run, its agents and the stream. What is finished cannot be cancelled."""
    await cancel(parts, workflow_id, caller.user_id)
    return Cancelled(podcast_id=workflow_id, workflow_id=workflow_id, status="CANCELLED")
