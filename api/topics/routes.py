"""POST /topics/explore."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.documentation import documented, json_body, keyed
from api.json_body import read_json
from api.limits.limiter import refusals_counted
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
from api.request_keys import read_key
from api.snippets.view import OfAsker
from api.topics.ordering import order_exploration
from api.topics.request import Exploration, ExploreRequest

router = APIRouter(prefix="/topics", tags=["snippets"])


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
    async with refusals_counted(request, parts.limits, asker.user_id):
        key, body = read_key(request), await read_json(request)
    return await order_exploration(request, parts, asker, key, body)
