"""Cards as the templates show them: what the page's script shows, by the same function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from agents.duia.cards import Card
from agents.duia.fragments import card_data
from api.snippets.view import View

SHORT, MIDDLE = 28, 52
"""Letters of a title up to which it is set large, and not quite so large."""


@dataclass(frozen=True)
class Mark:
    """A number behind a sentence that leads to its source."""

    number: int
    source: str
    url: str
    quote: str


@dataclass(frozen=True)
class Told:
    """A sentence of a teaser; a mark stands behind the last of those with one source."""

    text: str
    mark: Mark | None


@dataclass(frozen=True)
class Shown:
    """A card."""

    snippet_id: str
    topic_id: str
    data: Mapping[str, Any]
    """As in the page's data model."""
    teaser: Sequence[Told]
    length: str
    """Of its title: short, middle or long."""
    told: str
    """Who tells the story."""
    key: str
    """Under which its form is sent: twice sent is once asked."""


def show_cards(view: View, said: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """The cards, as answers say them, for this person."""
    return [_show(card, view) for card in said]


def _show(card: Mapping[str, Any], view: View) -> Shown:
    category = card["category"] or ""
    label = view.labels.get(category, category.capitalize())
    data = card_data(cast(Card, card), label, view.minutes)
    title = data["title"]
    return Shown(
        card["snippet_id"], card["topic_id"], data, mark(data["sentences"]), _length(title),
        f"{data['spread']} sources" if data["spread"] > 1 else data["sourceNames"], str(uuid4()),
    )  # fmt: skip


def mark(sentences: Sequence[Mapping[str, str]]) -> list[Told]:
    """The sentences with their marks; sources are numbered as they come."""
    names = [(each["source"], each["url"]) for each in sentences]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names), 1)}
    told = []
    for place, sentence in enumerate(sentences):
        name = names[place]
        last = names[place + 1 : place + 2] != [name]
        found = Mark(numbers[name], *name, sentence["quote"])
        told.append(Told(sentence["text"], found if last and name != ("", "") else None))
    return told


def _length(title: str) -> str:
    return "short" if len(title) <= SHORT else "middle" if len(title) <= MIDDLE else "long"
