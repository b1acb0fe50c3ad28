"""The answer to GET /snippets: from the pool at once, or, for the first visit of all, awaited."""

from starlette.background import BackgroundTask
from starlette.responses import Response

from api.media.ranges import matches
from api.parts import Parts
from api.sessions.sessions import Asker
from api.snippets.bodies import PageBody
from api.snippets.need import why_refresh
from api.snippets.page import Wanted, key_of, make_body
from api.snippets.starting import wait_for_first
from api.snippets.view import View, see

POLL_AFTER_SECONDS = 2


async def answer_page(
    parts: Parts, asker: Asker, wanted: Wanted, if_none_match: str | None
) -> Response:
    """The page that is wanted, or 304 where the caller has it.

    Raises:
        InvalidRequest: no such category, or no cursor of this list.
    """
    view, source = await see(parts, asker), "cache"
    body = _body(view, wanted, source)
    if not view.has_cards and parts.settings.refresh_on_visit:
        view, source = await wait_for_first(parts, asker), "generation"
        body = _body(view, wanted, source)
    headers = {"ETag": body.etag, "Cache-Control": "private, no-cache"}
    if not body.shown and view.look.refreshing:
        headers["Retry-After"] = str(POLL_AFTER_SECONDS)
    after = refresh_after(view, wanted.limit)
    if if_none_match is not None and matches(if_none_match, body.etag):
        return Response(None, 304, headers, background=after)
    parts.shown.count(asker.user_id, body.etag, body.shown)
    return Response(body.content, 200, headers, "application/json", background=after)


def _body(view: View, wanted: Wanted, source: str) -> PageBody:
    key = key_of(view, wanted, source)
    body = view.parts.pages.get(key)
    if body is None:
        body = make_body(view, wanted, source)
        view.parts.pages.keep(key, body)
    return body


def refresh_after(view: View, limit: int) -> BackgroundTask | None:
    """A refresh, ordered when the answer is on its way: it makes nobody wait."""
    parts = view.parts
    if not parts.orders.is_due:
        return None
    reason = why_refresh(view, limit, parts.settings)
    return None if reason is None else BackgroundTask(parts.orders.order_if_it_can, reason)
