"""A page out of cards, as A2UI v0.9 messages. Pure: equal arguments give an equal page.

The same function makes the page that a refresh ends with, and every page that the facade puts in
another order for one person (docs/decisions/037).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from agents.canonical import JSON
from agents.duia.cards import Card, EpisodeEntry
from agents.duia.fragments import (
    USUAL_MINUTES,
    card_component,
    card_data,
    card_id,
    row_component,
    row_data,
)
from agents.duia.further import Further, further_component, further_data, name_of

VERSION = "v0.9"
CATALOG = "https://aethercast.app/catalogs/1"
TITLE = "Stories to listen to"
EMPTY = "Nothing here yet."

Message = JSON
"""One A2UI message from server to client."""
Surface = Literal["landing", "found", "library", "topic"]


class CategoryChoice(TypedDict):
    """A category as the filter shows it."""

    id: str
    label: str
    selected: bool
    muted: bool
    liked: NotRequired[bool]


@dataclass(frozen=True)
class PageOrder:
    """What a page is to be, its cards aside."""

    surface: Surface = "landing"
    title: str = TITLE
    heading: str = ""
    """Over the cards; empty: none."""
    near: str = ""
    """Over the cards behind the first, which then stand in a list of their own; empty: in one."""
    near_from: int = 1
    """How many cards stand before those near."""
    aside: str = ""
    """A word beside that heading."""
    empty: str = EMPTY
    """In place of cards, where there are none."""
    layout: Literal["lead", "even"] = "lead"
    """Whether the first card is larger than the others."""
    query: str = ""
    """What the search field begins with."""
    categories: Sequence[CategoryChoice] = ()
    """The filter's; without any there is no filter."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What categories are called that the filter does not have."""
    cursor: str | None = None
    """Where the next cards begin; None: these are all."""
    coming: int = 0
    """For how many cards that are on their way a place is shown, 12 at most."""
    episodes_heading: str = "Your episodes"
    """Over the episodes; empty: the page's title says it."""
    further: Further | None = None
    """What leads on, below all that was found; None: nothing does."""
    minutes: int = USUAL_MINUTES
    """How long at most an episode is that is asked for here: the listener's wish."""


def compose(
    page: PageOrder, cards: Sequence[Card], episodes: Sequence[EpisodeEntry] = ()
) -> list[Message]:
    """The page's messages: the surface, its components, its data."""
    names = labels_of(page)
    components = frame(page, cards, episodes)
    components += [
        card_component(each, lead=page.layout == "lead" and place == 0)
        for place, each in enumerate(cards)
    ]
    components += [row_component(each) for each in episodes]
    data = page_data(page)
    data["cards"] = {
        each["snippet_id"]: card_data(each, label_of(each, names), page.minutes) for each in cards
    }
    if episodes:
        data["episodes"] = {each["podcast_id"]: row_data(each) for each in episodes}
    if page.further:
        bare = not episodes and not cards[: page.near_from if page.near else None]
        data["asked"] = {name_of(page.further.words): further_data(page.further, bare=bare)}
    return messages(page.surface, components, data)


def messages(surface: str, components: list[JSON], data: JSON) -> list[Message]:
    """The three messages that make a surface."""
    return [
        _said("createSurface", surfaceId=surface, catalogId=CATALOG),
        _said("updateComponents", surfaceId=surface, components=components),
        _said("updateDataModel", surfaceId=surface, path="/", value=data),
    ]


def compose_update(
    surface: str, card: Card, label: str, minutes: int = USUAL_MINUTES
) -> list[Message]:
    """One card that is new or changed: its data, then its component.

    It appears where the page's grid names it; a page that does not yet has to put it there.
    """
    path, value = f"/cards/{card['snippet_id']}", card_data(card, label, minutes)
    return [
        _said("updateDataModel", surfaceId=surface, path=path, value=value),
        _said("updateComponents", surfaceId=surface, components=[card_component(card)]),
    ]


def frame(
    page: PageOrder, cards: Sequence[Card], episodes: Sequence[EpisodeEntry] = ()
) -> list[JSON]:
    """The components around the cards, the root first; cards and rows are named, not there."""
    parts = [_search()]
    if page.categories:
        parts.append(_filter())
    if page.heading:
        parts.append(_heading(page))
    names = [card_id(each["snippet_id"]) for each in cards]
    first = page.near_from if page.near else len(names)
    near = _near(page.near, names[first:]) if names[first:] else []
    if names[:first] or not episodes:
        parts.append(_grid(page, names[:first]))
    parts += [] if page.further else near
    if page.coming > 0:
        parts.append({"id": "coming", "component": "CardSkeleton", "count": min(page.coming, 12)})
    if page.cursor is not None:
        parts.append(_more(page.cursor))
    if episodes:
        parts += _episodes(page, episodes)
    if page.further:
        parts += [further_component(page.further), *near]
    root = {"id": "root", "component": "Page", "title": {"path": "/page/title"}}
    return [{**root, "children": [each["id"] for each in parts]}, *parts]


def page_data(page: PageOrder) -> JSON:
    """The data model without its cards."""
    words = {"title": page.title, "query": page.query, "empty": page.empty}
    if page.heading:
        words |= {"heading": page.heading, "aside": page.aside}
    return {"page": words, "categories": [dict(each) for each in page.categories], "cards": {}}


def labels_of(page: PageOrder) -> dict[str, str]:
    """What each category is called."""
    return {**page.labels, **{each["id"]: each["label"] for each in page.categories}}


def label_of(card: Card, labels: Mapping[str, str]) -> str:
    """What a card's category is called."""
    category = card["category"] or ""
    return labels.get(category, category.capitalize())


def _search() -> JSON:
    query = {"path": "/page/query"}
    event = {"name": "search", "context": {"q": query}}
    return {
        "id": "search", "component": "SearchField", "label": "Search stories and episodes",
        "value": query, "search": {"event": event},
    }  # fmt: skip


def _filter() -> JSON:
    return {
        "id": "filter", "component": "CategoryFilter", "label": "Categories",
        "categories": {"path": "/categories"}, "choose": {"event": {"name": "choose_category"}},
    }  # fmt: skip


def _heading(page: PageOrder) -> JSON:
    heading = {"id": "heading", "component": "SectionHeading", "text": {"path": "/page/heading"}}
    return {**heading, "level": 2, **({"aside": {"path": "/page/aside"}} if page.aside else {})}


def _grid(page: PageOrder, names: list[str]) -> JSON:
    return {
        "id": "grid", "component": "CardGrid", "label": {"path": "/page/title"},
        "emptyText": {"path": "/page/empty"}, "layout": page.layout, "children": names,
    }  # fmt: skip


def _near(heading: str, names: list[str]) -> list[JSON]:
    over = {"id": "near-heading", "component": "SectionHeading", "level": 2, "text": heading}
    near = {"id": "near", "component": "CardGrid", "label": heading, "layout": "even"}
    return [over, {**near, "children": names}]


def _more(cursor: str) -> JSON:
    event = {"name": "more", "context": {"cursor": cursor}}
    return {
        "id": "more",
        "component": "LoadMore",
        "label": "More stories",
        "more": {"event": event},
    }


def _episodes(page: PageOrder, episodes: Sequence[EpisodeEntry]) -> list[JSON]:
    rows = {
        "id": "episodes", "component": "CardGrid", "layout": "even",
        "label": page.episodes_heading or {"path": "/page/title"},
        "children": [f"episode-{each['podcast_id']}" for each in episodes],
    }  # fmt: skip
    if not page.episodes_heading:
        return [rows]
    heading = {"id": "episodes-heading", "component": "SectionHeading", "level": 2}
    return [{**heading, "text": page.episodes_heading}, rows]


def _said(kind: str, **body: JSON) -> Message:
    return {"version": VERSION, kind: body}
