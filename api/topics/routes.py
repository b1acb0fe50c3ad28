"""POST /topics/explore."""

from typing import Any

from fastapi import APIRouter, Request
from psycopg import AsyncConnection
from starlette.responses import Response

from api.documentation import documented, json_body, keyed
from api.json_body import check, read_json
from api.limits.limiter import refusals_counted, tell
from api.parts import OfFacade
from api.problems import (
    BadRequest,
    BodyTooLarge,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    QuotaExceeded,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)
from api.request_keys import answer_once, ask, read_key, replay
from api.snippets.events.stream import find_refresh
from api.snippets.events.teller import Refresh
from api.snippets.view import OfAsker, see
from api.topics.explore import Joined, answer, commit, find_near, order_of
from api.topics.request import Exploration, ExploreRequest

router = APIRouter(prefix="/topics", tags=["snippets"])
ROUTE = "POST /api/v1/topics/explore"


@router.post(
    "/explore", status_code=202, operation_id="explore_topic", summary="Go deeper",
    response_model=Exploration,
    openapi_extra={**json_body(ExploreRequest), "parameters": keyed()},
    responses=documented(
        BadRequest, KeyMissing, KeyMalformed, Unauthenticated, KeyInUse, BodyTooLarge,
        UnsupportedMediaType, InvalidRequest, KeyReused, TooManyRequests, QuotaExceeded,
    ),
)  # fmt: skip
async def explore_topic(request: Request, parts: OfFacade, asker: OfAsker) -> Response:
    """Looks for more about a story, or for what you ask, and makes cards of it that only you see.
    The same question again, while the first is at work or was a moment ago, joins it."""
    user_id, settings = asker.user_id, parts.settings
    async with refusals_counted(request, parts.limits, user_id):
        key = read_key(request)
        body = await read_json(request)
        asked = ask(user_id, key, ROUTE, body)
        if (replayed := await replay(parts.pool, asked)) is not None:
            return replayed
    await parts.limits.consider(user_id)
    wanted = check(ExploreRequest, body)
    view = await see(parts, asker)
    async with parts.pool.connection() as connection:
        near = await find_near(connection, view, wanted)
    context = {"request_id": request.state.request_id, "traceparent": request.state.traceparent}
    new = order_of(wanted, user_id, key, context)

    async def begin(connection: AsyncConnection[Any]) -> None:
        await commit(connection, new, settings)
        tell(request, await parts.limits.spend("writes", user_id))  # or it is all undone

    async def join(_: AsyncConnection[Any]) -> None:
        tell(request, await parts.limits.spend("writes", user_id))

    refresh = Refresh(new.workflow_id, "pending")
    try:
        response, fresh = await answer_once(
            parts.pool, asked, answer(refresh, near), begin, settings.key_wait_seconds
        )
    except Joined as standing:
        found = await find_refresh(parts, asker, standing.workflow_id)
        response, _ = await answer_once(
            parts.pool, asked, answer(found or refresh, near), join, settings.key_wait_seconds
        )
        return response
    if fresh:
        parts.orders.tell()
    return response
