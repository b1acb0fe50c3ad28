"""GET /find: what a search finds."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query
from starlette.responses import Response

from agents.duia.cards import Card, EpisodeEntry
from agents.duia.compose import CATALOG, VERSION, PageOrder, compose
from agents.duia.fragments import row_data
from api.pages.cards import show_cards
from api.pages.library import list_entries
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor
from api.parts import OfFacade
from api.podcasts.pages import Listed
from api.problems import InvalidRequest
from api.search.document import Found
from api.search.routes import LONGEST, MOST, search
from api.snippets.view import View, see
from api.words import one_line

HEADING = "Your episodes"
NOTHING = "Nothing was found for “{}”. Try other words; under Stories stands all there is."

router = APIRouter()


@router.get("/find")
async def get_find(
    parts: OfFacade, visitor: OfVisitor, q: Annotated[str, Query()] = ""
) -> Response:
    """Cards first, then the visitor's own episodes. Without words there is a field to write them.

    Raises:
        InvalidRequest: words that cannot be looked for.
    """
    words = read_words(q)
    view = await see(parts, visitor.asker)
    if not words:
        return show(parts.settings, visitor, _page("", view, [], [], None))
    found = await search(parts, visitor.asker, words, limit=MOST)
    listed = [Listed.model_validate(each.model_dump()) for each in found.episodes]
    entries = await list_entries(parts, visitor, listed)
    said = [each.model_dump(mode="json") for each in found.snippets]
    return show(parts.settings, visitor, _page(words, view, said, entries, found))


def read_words(q: str) -> str:
    """What is to be looked for; empty: nothing yet.

    Raises:
        InvalidRequest: more than one line, or too much of it.
    """
    if not q.strip():
        return ""
    try:
        words = one_line(q)
        if len(words) > LONGEST:
            raise ValueError(f"must have at most {LONGEST} characters")
    except ValueError as problem:
        errors = [{"parameter": "q", "detail": str(problem)}]
        raise InvalidRequest(f"q: {problem}", errors=errors) from None
    return words


def _page(
    words: str,
    view: View,
    said: list[dict[str, Any]],
    entries: list[EpisodeEntry],
    found: Found | None,
) -> Shown:
    title = f"Found for “{words}”" if words else "Search"
    empty = NOTHING.format(words) if words else "What would you like to hear about?"
    layout: Literal["lead", "even"] = "lead" if len(said) == 1 else "even"  # one fills the page
    order = PageOrder(
        "found", title, empty=empty, layout=layout, query=words, labels=view.labels,
        episodes_heading=HEADING,
    )  # fmt: skip
    messages = compose(order, cast(list[Card], said), entries)
    ui = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    told = None if found is None else found.model_dump(mode="json")
    return Shown(
        "found", f"{words or 'Search'} · Aethercast", "", {**(told or {}), "ui": ui},
        {
            "heading": title, "query": words, "empty": empty, "layout": layout,
            "cards": show_cards(view, said),
            "rows": [(row_data(each), each["podcast_id"]) for each in entries],
            "rows_heading": HEADING,
        },
        {},
    )  # fmt: skip
