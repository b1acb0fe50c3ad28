"""GET /snippets, and one card of them."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from api.documentation import correlated, documented
from api.identifiers import OfSnippet
from api.parts import OfFacade
from api.podcasts.correlation import read_correlation
from api.problems import BadRequest, InvalidRequest, NotFound, TooManyRequests, Unauthenticated
from api.snippets.answer import answer_page
from api.snippets.cursor import CURSOR, LONGEST
from api.snippets.document import SnippetDetails, SnippetPage, SnippetSource
from api.snippets.events.routes import router as events
from api.snippets.page import Wanted
from api.snippets.view import OfAsker, see
from sql import Statement

router = APIRouter(prefix="/snippets", tags=["snippets"])
SOURCES = Statement("pool/sources", SnippetSource)
MOST = 20


@router.get(
    "", operation_id="list_snippets", summary="Stories to listen to, best first",
    response_model=SnippetPage, openapi_extra={"parameters": correlated()},
    responses={
        304: {"description": "Nothing has changed."},
        **documented(BadRequest, Unauthenticated, InvalidRequest, TooManyRequests),
    },
)  # fmt: skip
async def list_snippets(
    request: Request,
    parts: OfFacade,
    asker: OfAsker,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 6,
    cursor: Annotated[
        str | None,
        Query(
            description="`next_cursor` of the page before.",
            max_length=LONGEST,
            json_schema_extra={"pattern": CURSOR},
        ),
    ] = None,
    category: Annotated[
        str | None, Query(description="Only stories of this one; see GET /categories.")
    ] = None,
    ui: Annotated[bool, Query(description="Whether the page is told as `ui` too.")] = True,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """From the pool, at once. Cards come in the order that fits what you like; categories that you
    muted are not among them. The first visit of all waits some seconds for the first cards."""
    correlation = read_correlation(request)
    answer = await answer_page(parts, asker, Wanted(limit, cursor, category, ui), if_none_match)
    if correlation is not None:
        answer.headers["X-Workflow-ID"] = correlation
    return answer


router.include_router(events)  # before what takes any word for an id


@router.get(
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
