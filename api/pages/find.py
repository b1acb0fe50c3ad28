"""GET /find: what a search finds, and what leads on. POST /explore: look further for its words."""

import json
import unicodedata
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from agents.duia.cards import Card, EpisodeEntry
from agents.duia.compose import CATALOG, VERSION, PageOrder, compose
from agents.duia.fragments import row_data
from agents.duia.further import FOUND, Further, further_data
from api.login.form import read_form
from api.pages.cards import show_cards
from api.pages.library import list_entries
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor, Visitor
from api.parts import OfFacade, Parts
from api.podcasts.pages import Listed
from api.problems import InvalidRequest, KeyMissing
from api.request_keys import unquote
from api.search.document import Found
from api.search.routes import LONGEST, MOST, search
from api.snippets.events.stream import find_refresh
from api.snippets.events.teller import Refresh
from api.snippets.view import View, see
from api.topics.ordering import order_exploration
from api.words import one_line

HEADING = "Your episodes"
NOTHING, NOTHING_OF_ALL_THAT = "Nothing here tells of “{}” yet.", "Nothing here tells of that yet."
LONG = 60
"""Words of more letters than that stand in the title only."""
NO_WORDS = "What would you like to hear about?"
NO_WORD_IN_IT = "There is no word in that to look for. " + NO_WORDS
AGAIN_SECONDS = 3
LOOKED: dict[str, Literal["looking", "failed"]] = {
    "GENERATING": "looking", "FAILED": "failed", "CANCELLED": "failed",
}  # fmt: skip
"""By how an exploration stands; with any other it is done."""

router = APIRouter()

Said = list[dict[str, Any]]


@dataclass(frozen=True)
class Results:
    """What there is to show for some words."""

    words: str
    typed: str
    """What the field begins with."""
    found: Found | None = None
    """None: nothing was looked for."""
    entries: list[EpisodeEntry] = field(default_factory=list)
    exploration: Refresh | None = None
    made: int = 0
    """How many cards came of looking further."""
    explored: Said = field(default_factory=list)
    """Those of them that the search itself does not find."""

    @property
    def said(self) -> Said:
        """The cards that the search finds."""
        found = self.found
        return [] if found is None else [each.model_dump(mode="json") for each in found.snippets]

    @property
    def further(self) -> Further | None:
        """What leads on."""
        if self.found is None:
            return None
        if self.exploration is None:
            return Further(self.words)
        status = str(self.exploration.status)
        return Further(self.words, LOOKED.get(status, "done"), self.made)


@router.get("/find")
async def get_find(
    parts: OfFacade,
    visitor: OfVisitor,
    q: Annotated[str, Query()] = "",
    explored: Annotated[str, Query()] = "",
) -> Response:
    """Cards first, then the visitor's own episodes, then two ways on, and what came of the first
    of them where `explored` names it. Without words there is a field to write them.

    Raises:
        InvalidRequest: words that cannot be looked for.
    """
    words = read_words(q)
    if not words:
        typed = " ".join(q.split())[:LONGEST]
        return _show(parts, visitor, await see(parts, visitor.asker), Results("", typed))
    exploration = await _exploration(parts, visitor, explored)
    view = await see(parts, visitor.asker)  # behind it: of one that has ended all cards are there
    found = await search(parts, visitor.asker, words, limit=MOST)
    listed = [Listed.model_validate(each.model_dump()) for each in found.episodes]
    entries = await list_entries(parts, visitor, listed)
    made = _came_of(view, exploration)
    known = {str(each.snippet_id) for each in found.snippets}
    more = [each for each in made if each["snippet_id"] not in known]
    results = Results(words, words, found, entries, exploration, len(made), more)
    return _show(parts, visitor, view, results)


@router.post("/explore")
async def post_explore(request: Request, parts: OfFacade, visitor: OfVisitor) -> Response:
    """As POST /api/v1/topics/explore with that query under that key; then back to the search.

    Raises:
        ForeignOrigin: another site's page sent the form.
        InvalidRequest, QuotaExceeded, TooManyRequests: nothing was done.
    """
    form = await read_form(request)
    if not (key := form.get("key")):
        raise KeyMissing
    words = form.get("query", "")
    answer = await order_exploration(request, parts, visitor.asker, unquote(key), {"query": words})
    workflow_id = json.loads(bytes(answer.body))["workflow_id"]
    return RedirectResponse("/find?" + urlencode({"q": words, "explored": workflow_id}), 303)


def read_words(q: str) -> str:
    """What is to be looked for; empty: nothing, since there is no word in it.

    Raises:
        InvalidRequest: more than one line, or too much of it.
    """
    if not any(unicodedata.category(each)[0] in "LN" for each in q):
        return ""
    try:
        words = one_line(q)
        if len(words) > LONGEST:
            raise ValueError(f"must have at most {LONGEST} characters")
    except ValueError as problem:
        errors = [{"parameter": "q", "detail": str(problem)}]
        raise InvalidRequest(f"q: {problem}", errors=errors) from None
    return words


async def _exploration(parts: Parts, visitor: Visitor, explored: str) -> Refresh | None:
    """The exploration of that id, where it is one of the visitor's own."""
    try:
        return await find_refresh(parts, visitor.asker, UUID(explored))
    except ValueError:
        return None


def _came_of(view: View, exploration: Refresh | None) -> Said:
    """The cards that came of it, in the order in which they were made."""
    if exploration is None:
        return []
    made = [each for each in view.cards.values() if each.workflow_id == exploration.workflow_id]
    made.sort(key=lambda each: (each.made_at, each.snippet_id))
    return [view.say(each) for each in made]


def _show(parts: Parts, visitor: Visitor, view: View, results: Results) -> Response:
    words, said, further = results.words, results.said, results.further
    order = _order(view, results)
    messages = compose(order, cast(list[Card], said + results.explored), results.entries)
    told = {} if results.found is None else results.found.model_dump(mode="json")
    going = results.exploration
    if going is not None:
        told["exploration"] = {"workflow_id": str(going.workflow_id), "status": going.status}
    ui = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    template = {
        "heading": order.title, "query": results.typed, "empty": order.empty,
        "layout": order.layout, "cards": show_cards(view, said),
        "rows": [(row_data(each), each["podcast_id"]) for each in results.entries],
        "rows_heading": HEADING, "near_heading": FOUND, "near": show_cards(view, results.explored),
        "further": further and further_data(further, bare=not said and not results.entries),
        "keys": (str(uuid4()), str(uuid4())),
    }  # fmt: skip
    title = f"{words or 'Search'} · Aethercast"
    again = AGAIN_SECONDS if further is not None and further.looked == "looking" else None
    page = Shown("found", title, "", {**told, "ui": ui}, template, {}, again)
    return show(parts.settings, visitor, page)


def _order(view: View, results: Results) -> PageOrder:
    """What the page is to be, its cards aside."""
    words, first = results.words, len(results.said)
    title = f"Found for “{words}”" if words else "Search"
    nothing = NOTHING.format(words) if len(words) <= LONG else NOTHING_OF_ALL_THAT
    wordless = NO_WORD_IN_IT if results.typed else NO_WORDS
    return PageOrder(
        "found", title, empty=nothing if words else wordless, query=results.typed,
        layout="lead" if first == 1 else "even",  # one fills the page
        labels=view.labels, episodes_heading=HEADING, further=results.further,
        near=FOUND if results.explored else "", near_from=first, minutes=view.minutes,
    )  # fmt: skip
