"""GET /: stories to listen to."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from agents.duia.compose import TITLE
from api.pages.cards import show_cards
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor
from api.parts import OfFacade
from api.snippets.page import Wanted, choose, document, order_of
from api.snippets.view import see

CARDS = 13
"""The first, which leads, and four rows of three; as many as the page's script asks for."""
AGAIN_SECONDS = 3

router = APIRouter()


@router.get("/")
async def get_landing(
    parts: OfFacade,
    visitor: OfVisitor,
    category: Annotated[str | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """The page is at once there: whatever is to be made comes while it is looked at."""
    view = await see(parts, visitor.asker)
    wanted = Wanted(CARDS, cursor, category or None)
    choice = choose(view, wanted)
    answer = document(view, wanted, choice, "cache")
    bare = not answer["snippets"] and wanted.category is None and cursor is None
    words = {
        "heading": TITLE,
        "bare": bare,
        "refreshing": answer["pool"]["refreshing"],
        "categories": order_of(view, wanted, None).categories,
        "cards": show_cards(view, answer["snippets"]),
        "more": _next(wanted.category, choice.cursor),
    }
    refresh = AGAIN_SECONDS if bare else None
    page = Shown("landing", "Aethercast", "/", answer, words, {}, refresh)
    return show(parts.settings, visitor, page)


def _next(category: str | None, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return "/?" + urlencode({"cursor": cursor, **({"category": category} if category else {})})
