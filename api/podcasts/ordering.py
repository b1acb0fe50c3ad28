"""Asks for a podcast: what the API's POST and the page's form have in common."""

from typing import Any

from fastapi import Request
from psycopg import AsyncConnection
from starlette.responses import Response

from api.caller_book import Caller
from api.json_body import check
from api.limits.limiter import refusals_counted, tell
from api.metrics import ACCEPTED
from api.parts import Parts
from api.podcasts.accept import Acceptance, estimate, find_subject
from api.podcasts.request import PodcastRequest
from api.podcasts.usual import with_usual
from api.request_keys import answer_once, ask, replay
from api.sessions.sessions import asker_of

ROUTE = "POST /api/v1/podcasts"
"""What a key is for, whichever door the request came by: a form that is sent twice, or once more
by a script, joins what it began."""


async def order_podcast(
    request: Request, parts: Parts, caller: Caller, key: str, correlation: str | None,
    body: dict[str, Any],
) -> Response:  # fmt: skip
    """Accept the podcast that ``body`` asks for, or give the first answer under this key again.

    Raises:
        InvalidRequest, KeyReused, KeyInUse, TooManyRequests, QuotaExceeded: nothing was done.
    """
    asked = ask(caller.user_id, key, ROUTE, body)
    async with refusals_counted(request, parts.limits, caller.user_id):
        if (replayed := await replay(parts.pool, asked)) is not None:
            return replayed
    await parts.limits.consider(caller.user_id)
    wanted = check(PodcastRequest, body)
    if "voices" in wanted.user_preferences.model_fields_set:
        await parts.voices.check(wanted.user_preferences.voices)
    async with parts.pool.connection() as connection:
        subject = await find_subject(connection, wanted, caller.user_id)
        asker = asker_of(request, caller.user_id, parts.settings)
        usual = await asker.preferences(connection)
        seconds = await estimate(connection, parts.settings)
    context = {"request_id": request.state.request_id, "traceparent": request.state.traceparent}
    wanted = await with_usual(wanted, usual, parts.voices)
    new = Acceptance(caller, wanted, subject, key, correlation, context, seconds, parts.settings)

    async def commit(connection: AsyncConnection[Any]) -> None:
        await new.commit(connection)
        tell(request, await parts.limits.spend("writes", caller.user_id))  # or it is all undone

    response, fresh = await answer_once(
        parts.pool, asked, new.answer(), commit, parts.settings.key_wait_seconds
    )
    if fresh:
        ACCEPTED.inc()
        parts.sweeper.wake()
    return response
