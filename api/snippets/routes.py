"""GET /snippets, and one card of them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.callers import caller_of
from api.documentation import conditional, correlated, documented
from api.identifiers import OfSnippet
from api.parts import OfFacade, facade_of
from api.podcasts.correlation import read_correlation
from api.podcasts.direct import DirectRoute
from api.problems import BadRequest, InvalidRequest, NotFound, TooManyRequests, Unauthenticated
from api.sessions.sessions import asker_of
from api.snippets.answer import answer_page
from api.snippets.document import SnippetDetails, SnippetPage, SnippetSource
from api.snippets.events.routes import router as events
from api.snippets.query import queried, read_query
from api.snippets.view import OfAsker, see
from sql import Statement

router = APIRouter(tags=["snippets"])
direct = APIRouter(prefix="/snippets", route_class=DirectRoute)
others = APIRouter(prefix="/snippets")
SOURCES = Statement("pool/sources", SnippetSource)


@direct.get(
    "", operation_id="list_snippets", summary="Stories to listen to, best first",
    response_model=SnippetPage,
    openapi_extra={"parameters": queried() + conditional() + correlated()},
    responses={
        304: {"description": "Nothing has changed."},
        **documented(BadRequest, Unauthenticated, InvalidRequest, TooManyRequests),
    },
)  # fmt: skip
async def list_snippets(request: Request) -> Response:
    """From the pool, at once. Cards come in the order that fits what you like; categories that you
    muted are not among them. The first visit of all waits some seconds for the first cards."""
    parts = await facade_of(request)
    caller = await caller_of(request, parts)
    asker = asker_of(request, caller.user_id, parts.settings)
    correlation, wanted = read_correlation(request), read_query(request)
    answer = await answer_page(parts, asker, wanted, request.headers.get("if-none-match"))
    if correlation is not None:
        answer.headers["X-Workflow-ID"] = correlation
    return answer


router.include_router(direct)
others.include_router(events)  # before what takes any word for an id


@others.get(
    "/{snippet_id}", operation_id="get_snippet", summary="One story and its sources",
    responses=documented(Unauthenticated, NotFound, TooManyRequests),
)  # fmt: skip
async def get_snippet(parts: OfFacade, asker: OfAsker, snippet_id: OfSnippet) -> SnippetDetails:
    """The card, and what it was written from."""
    view = await see(parts, asker)
    card = view.cards.get(snippet_id)
    if card is None:
        raise NotFound
    async with parts.pool.connection() as connection:
        sources = await SOURCES.aall(connection, topic_id=card.topic_id)
    return SnippetDetails(**view.say(card), sources=sources)


router.include_router(others)
