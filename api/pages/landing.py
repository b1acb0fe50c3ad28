"""GET /: stories to listen to."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from agents.canonical import digest
from agents.duia.compose import TITLE
from api.pages.cards import show_cards
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor, Visitor
from api.parts import OfFacade, Parts
from api.problems import InvalidRequest
from api.snippets.answer import refresh_after
from api.snippets.cursor import LONGEST
from api.snippets.page import Choice, Wanted, choose, document, order_of
from api.snippets.view import View, see

CARDS = 13
"""The first, which leads, and four rows of three; as many as the page's script asks for."""
AGAIN_SECONDS = 3

router = APIRouter()


@router.get("/")
async def get_landing(
    parts: OfFacade,
    visitor: OfVisitor,
    category: Annotated[str | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=LONGEST)] = None,
) -> Response:
    """The page is at once there: whatever is to be made comes while it is looked at."""
    view = await _look(parts, visitor)
    wanted = Wanted(CARDS, cursor, category or None)
    try:
        choice = choose(view, wanted)
    except InvalidRequest:
        if cursor is None:
            raise
        return RedirectResponse(_address(wanted.category), 303)  # an old bookmark: from the top
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
    refresh = AGAIN_SECONDS if bare and answer["pool"]["refreshing"] else None
    page = Shown("landing", "Aethercast", "/", answer, words, {}, refresh)
    answered = show(parts.settings, visitor, page)
    parts.shown.count(
        visitor.caller.user_id, digest_of(choice), [each.snippet_id for each in choice.cards]
    )
    answered.background = refresh_after(view, CARDS)
    return answered


async def _look(parts: Parts, visitor: Visitor) -> View:
    """The pool; where there is no card at all, the first ones are ordered, and nobody waits."""
    view = await see(parts, visitor.asker)
    if view.has_cards or view.look.refreshing or not parts.orders.is_due:
        return view
    await parts.orders.order("first visit", hurry=True)
    return await see(parts, visitor.asker)


def digest_of(choice: Choice) -> str:
    """Names the page by its cards: the same cards shown again were shown once."""
    return digest([str(each.snippet_id) for each in choice.cards])


def _next(category: str | None, cursor: str | None) -> str | None:
    return None if cursor is None else _address(category, cursor)


def _address(category: str | None, cursor: str | None = None) -> str:
    asked = {"cursor": cursor, "category": category}
    wanted = {name: value for name, value in asked.items() if value}
    return "/?" + urlencode(wanted) if wanted else "/"
