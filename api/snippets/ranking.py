"""In which order one person sees the cards. Pure: equal arguments give an equal order.

``score = 0.40 · recency + 0.25 · spread + 0.25 · novelty + 0.10 · quality``, as discovery scores
topics, times 1.6 for a category the person likes, 0.25 for a story already listened to, and
0.9 for every fifty times that the card was shown to anybody. So that one category does not fill a
page, the k-th best card of a category counts 0.8^k of that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

LIKED = 1.6
LISTENED = 0.25
FURTHER = 0.8
HALF_LIFE_HOURS = 18.0
OF_LIBRARY = 0.25
"""What recency is for what does not age."""
_SHOWN = 0.9
_SHOWN_TIMES = 50


@dataclass(frozen=True)
class Merits:
    """What of a card its place depends on."""

    category: str
    """Empty: none."""
    told_at: float
    """When the story was published, in seconds since 1970."""
    from_library: bool
    publishers: int
    novelty: float
    """0 to 1."""
    quality: float
    """0 to 1."""


@dataclass(frozen=True)
class Taste:
    """What a person likes, does not want to see, and has listened to."""

    liked: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    listened: frozenset[UUID] = field(default_factory=frozenset)
    """Topics."""


class Rankable(Protocol):
    """A card, as far as its place is concerned."""

    @property
    def snippet_id(self) -> UUID:
        """Which card it is."""

    @property
    def topic_id(self) -> UUID:
        """Whose story it tells."""

    @property
    def merits(self) -> Merits:
        """What its place depends on."""


Card = TypeVar("Card", bound=Rankable)


@dataclass(frozen=True)
class Order(Generic[Card]):
    """Cards in order, and the score by which each has its place."""

    cards: Sequence[Card]
    scores: Sequence[float]


def score(card: Rankable, taste: Taste, at: float, shown: int) -> float:
    """How good a card is for that person at that moment, whatever else there is."""
    merits = card.merits
    value = (
        0.40 * recency(merits, at)
        + 0.25 * (1 - 1 / max(1, merits.publishers))
        + 0.25 * merits.novelty
        + 0.10 * merits.quality
    )
    if merits.category in taste.liked:
        value *= LIKED
    if card.topic_id in taste.listened:
        value *= LISTENED
    return float(value * _SHOWN ** (shown / _SHOWN_TIMES))


def recency(merits: Merits, at: float) -> float:
    """1 for what was told this moment, half as much every 18 hours."""
    if merits.from_library:
        return OF_LIBRARY
    return float(2 ** -(max(0.0, at - merits.told_at) / 3600 / HALF_LIFE_HOURS))


def rank(
    cards: Iterable[Card],
    taste: Taste,
    at: float,
    shown: Mapping[UUID, int],
    before: Mapping[str, int] | None = None,
) -> Order[Card]:
    """The cards that person may see, best first.

    ``before`` says how many of each category stand on the pages before: what comes next goes on
    where they ended.
    """
    scored = sorted(
        (-score(each, taste, at, shown.get(each.snippet_id, 0)), str(each.snippet_id), each)
        for each in cards
        if each.merits.category not in taste.muted
    )  # fmt: skip
    placed: Counter[str] = Counter(before or {})
    ordered: list[tuple[float, str, Any]] = []
    for negative, name, each in scored:
        place = placed[each.merits.category]
        placed[each.merits.category] += 1
        ordered.append((negative * FURTHER**place, name, each))
    ordered.sort(key=lambda entry: entry[:2])
    return Order([each for _, _, each in ordered], [-value for value, _, _ in ordered])


def count_categories(cards: Iterable[Rankable]) -> dict[str, int]:
    """How many of each category there are."""
    return dict(Counter(each.merits.category for each in cards))
