"""Asks for an exploration: what the API's POST and the page's form have in common."""

from typing import Any

from fastapi import Request
from psycopg import AsyncConnection
from starlette.responses import Response

from api.json_body import check
from api.limits.limiter import refusals_counted, tell
from api.parts import Parts
from api.request_keys import answer_once, ask, replay
from api.sessions.sessions import Asker
from api.snippets.events.stream import find_refresh
from api.snippets.events.teller import Refresh
from api.snippets.view import see
from api.topics.explore import Joined, answer, commit, find_near, order_of
from api.topics.request import ExploreRequest

ROUTE = "POST /api/v1/topics/explore"
"""What a key is for, whichever door the request came by."""


async def order_exploration(
    request: Request, parts: Parts, asker: Asker, key: str, body: dict[str, Any]
) -> Response:
    """Accept the exploration that ``body`` asks for, join the same one where it is at work or was
    a moment ago, or give the first answer under this key again.

    Raises:
        InvalidRequest, KeyReused, KeyInUse, TooManyRequests, QuotaExceeded: nothing was done.
    """
    user_id, settings = asker.user_id, parts.settings
    asked = ask(user_id, key, ROUTE, body)
    async with refusals_counted(request, parts.limits, user_id):
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
