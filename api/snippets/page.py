"""GET /snippets: which cards stand on a page, and the page as it is sent."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from agents.canonical import digest
from agents.duia.cards import Card
from agents.duia.compose import CATALOG, VERSION, CategoryChoice, PageOrder, compose
from api.problems import InvalidRequest
from api.snippets.bodies import PageBody
from api.snippets.cursor import Place, name_of, read_cursor, write_cursor
from api.snippets.fragments import PoolCard, stamp
from api.snippets.ranking import count_categories, rank
from api.snippets.view import View


@dataclass(frozen=True)
class Wanted:
    """What a caller asks for."""

    limit: int = 6
    cursor: str | None = None
    category: str | None = None
    ui: bool = True


@dataclass(frozen=True)
class Choice:
    """The cards of a page, best first, and where the next one begins."""

    cards: Sequence[PoolCard]
    cursor: str | None


def choose(view: View, wanted: Wanted) -> Choice:
    """The cards of the page that is wanted.

    Raises:
        InvalidRequest: a category there is none of, or no cursor of this list.
    """
    check_category(view, wanted.category)
    version = view.look.version
    place = Place(version, view.at, frozenset())
    if wanted.cursor is not None:
        place = read_cursor(wanted.cursor, version, view.now)
    cards = list(view.of_category(wanted.category))
    seen = [each for each in cards if name_of(each.snippet_id) in place.seen]
    left = [each for each in cards if name_of(each.snippet_id) not in place.seen]
    shown = {each.snippet_id: each.shown for each in left}
    order = rank(left, view.taste, place.at, shown, count_categories(seen)).cards
    page = order[: wanted.limit]
    more = len(order) > wanted.limit
    cursor = write_cursor(place, (each.snippet_id for each in page)) if more else None
    return Choice(page, cursor)


def check_category(view: View, category: str | None) -> None:
    """Let a category pass that there is.

    Raises:
        InvalidRequest: there is none of that name; which there are.
    """
    if category is None or category in view.labels:
        return
    detail = f"There is no such category; there are {', '.join(sorted(view.labels))}."
    errors = [{"parameter": "category", "detail": detail}]
    raise InvalidRequest(f"category: {detail}", errors=errors)


def key_of(view: View, wanted: Wanted, source: str) -> str:
    """Whoever has the same key gets the same page."""
    look = view.look
    own = [str(view.asker.user_id), look.own] if look.own else None
    return digest(
        [look.shared, own, look.preferences, look.listened, str(look.refresh), look.refreshing,
         str(look.checked_at), view.at, view.links_until, wanted.limit, wanted.cursor,
         wanted.category, wanted.ui, source]
    )  # fmt: skip


def make_body(view: View, wanted: Wanted, source: str) -> PageBody:
    """The page put together.

    Raises:
        InvalidRequest: as :func:`choose`.
    """
    choice = choose(view, wanted)
    content = json.dumps(
        document(view, wanted, choice, source), ensure_ascii=False, separators=(",", ":")
    ).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return PageBody(etag, content, tuple(each.snippet_id for each in choice.cards))


def document(view: View, wanted: Wanted, choice: Choice, source: str) -> dict[str, Any]:
    """What is answered."""
    look, newest = view.look, view.newest()
    said = [view.say(each) for each in choice.cards]
    page: dict[str, Any] = {
        "workflow_id": _workflow_of(view),
        "source": source,
        "snippets": said,
        "next_cursor": choice.cursor,
        "pool": {
            "version": look.version,
            "refreshing": look.refreshing,
            "checked_at": None if look.checked_at is None else stamp(look.checked_at),
            "newest_at": None if newest is None else stamp(newest.made_at),
        },
    }
    if wanted.ui:
        messages = compose(order_of(view, wanted, choice.cursor), cast(list[Card], said))
        page["ui"] = {"version": VERSION, "catalog": CATALOG, "messages": messages}
    return page


def order_of(view: View, wanted: Wanted, cursor: str | None) -> PageOrder:
    """What the page is to be, its cards aside."""
    categories = [
        CategoryChoice(
            id=name, label=label, selected=name == wanted.category, muted=name in view.taste.muted
        )
        for name, label in view.labels.items()
    ]
    return PageOrder(categories=categories, cursor=cursor, minutes=view.minutes)


def _workflow_of(view: View) -> str | None:
    """The refresh at work, else the one that made the newest card."""
    newest = view.newest()
    if view.look.refreshing or newest is None:
        found = view.look.refresh if view.look.refreshing else None
    else:
        found = newest.workflow_id
    return None if found is None else str(found)
