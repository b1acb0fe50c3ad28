"""Which texts tell the same story.

No measure of likeness alone can tell: two reports of one event may share a quarter of their words,
and two events of one kind a third. What is rare decides first, a number or a name that both have;
the cosine of their words comes second; and twins of one template, with every number another, are
two stories however alike they are. See docs/decisions/030-the-same-story.md.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np

from agents.tda.cosines import compare
from agents.tda.countries import is_country
from agents.tda.features import (
    Features,
    agree_on_names,
    count_apart,
    features_of,
    jaccard,
)
from agents.tda.material import Material

SAME, NEVER = 1.0, -1.0
APART = timedelta(hours=72)
"""Reports that lie further apart tell something else, unless they are one text."""
BARS = (0.55, 0.47, 0.37, 0.30, 0.28)
"""Cosines from which on two texts are one story, by how much both have that is rare: nothing, one
point, two, three, four or more. A name is one point, a telling number two."""
SAME_CAST, LATE = 0.6, timedelta(hours=48)
"""The cosine that texts need, whatever they share, where neither title tells what the other does,
or where so much time lies between them: the same people in another piece, a trial's next day.
"""
REPRINT, TEMPLATE, COPIED = 0.5, 0.5, 0.8
_MAY_BE_COPY = 0.3
"""The cosine that two texts of mostly the same words have at least."""
_COMMON_NAMES, _COMMON_NUMBERS = 0.03, 0.02
_FEW = 6
_OVERLAP = 0.3


@dataclass(frozen=True)
class Verdict:
    """Whether two texts are one story: ``ratio`` is at least 1, the cosine over its bar; infinite
    where it is certain, NEVER where it cannot be.
    """

    ratio: float


class Batch:
    """Texts made comparable with each other: how rare a word is shows only among them all."""

    def __init__(self, texts: list[Material]) -> None:
        self.texts = texts
        self.features = agree_on_names([features_of(text) for text in texts])
        self._rare_names = self._rare([one.names for one in self.features], _COMMON_NAMES)
        self._rare_numbers = self._rare([one.numbers for one in self.features], _COMMON_NUMBERS)
        self.spread = Counter(word for one in self.features for word in one.stems)
        self.cosines = compare([one.stems for one in self.features], self.rarity)

    def rarity(self, word: str) -> float:
        """How much a stem tells."""
        return math.log(1 + len(self.texts) / max(1, self.spread[word]))

    def _rare(self, sets: list[frozenset[str]], share: float) -> list[frozenset[str]]:
        counted = Counter(one for each in sets for one in each)
        most = max(_FEW, share * len(sets))
        return [frozenset(one for one in each if counted[one] <= most) for each in sets]

    # Pairs

    def judge(self, i: int, j: int) -> Verdict:
        """Whether two texts tell one story."""
        one, other = self.texts[i], self.texts[j]
        if _are_parts(one, other):
            return _NEVER
        if one.identity == other.identity or (one.url and one.url == other.url):
            return _SAME
        certain = self._same_words(i, j)
        if certain is not None:
            return certain
        if _lie_apart(one, other):
            return _NEVER
        if one.publisher == other.publisher or self.name_others(i, j):
            return _UNLIKELY
        return self._by_anchors(i, j)

    def tell_the_same(self, i: int, j: int) -> bool:
        """Whether two texts tell one story, be they of one paper, which are not laid together."""
        ratio = self.judge(i, j).ratio
        return ratio >= SAME or (ratio != NEVER and self._by_anchors(i, j).ratio >= SAME)

    def _same_words(self, i: int, j: int) -> Verdict | None:
        one, other, a, b = *self._two(i, j), self.features[i], self.features[j]
        runs = jaccard(a.runs, b.runs)
        if _is_next_issue(one, other, a, b, runs):
            return _NEVER
        if runs >= COPIED:
            return _SAME
        if _are_twins(a, b) and not self._is_newer(i, j):
            return _NEVER
        if runs >= REPRINT:
            return _SAME
        if a.title == b.title and a.title:
            return _of_one_title(one, other, a, b, self.points(i, j))
        return None

    def _two(self, i: int, j: int) -> tuple[Material, Material]:
        return self.texts[i], self.texts[j]

    def _is_newer(self, i: int, j: int) -> bool:
        """Whether twins are one story with a newer figure: about the same time, of other papers,
        and of whom or what their titles name nothing was replaced.
        """
        one, other = self._two(i, j)
        a, b = self.features[i], self.features[j]
        if one.publisher == other.publisher or _lie_apart(one, other):
            return False
        named = self._rare_names[i] & self._rare_names[j] & a.title_names & b.title_names
        return bool(named) and (a.title_names <= b.title_names or b.title_names <= a.title_names)

    def _by_anchors(self, i: int, j: int) -> Verdict:
        """How far the cosine of two texts lies above what it has to reach."""
        points = self.points(i, j)
        bar = BARS[min(points, len(BARS) - 1)]
        late = _lie_apart(*self._two(i, j), LATE)
        if late or (points >= 2 and not self._tell_one_event(i, j)):
            bar = SAME_CAST
        return Verdict(float(self.cosines[i, j]) / bar)

    def name_others(self, i: int, j: int) -> bool:
        """Whether both titles name somebody or some place, and neither text those of the other.
        A country says little beside them: one visits Seoul and Kyiv for it.
        """
        a, b = self.features[i], self.features[j]
        one, other = _telling(a.title_names), _telling(b.title_names)
        return bool(one and other) and one.isdisjoint(b.names) and other.isdisjoint(a.names)

    def _tell_one_event(self, i: int, j: int) -> bool:
        """Whether a word of one title, and no name, is in the other text too."""
        a, b = self.features[i], self.features[j]
        if not a.events or not b.events:
            return True
        return not (a.events.isdisjoint(b.stems) and b.events.isdisjoint(a.stems))

    def points(self, i: int, j: int) -> int:
        """How much two texts share that is rare: all countries together are one point."""
        numbers = len(self._rare_numbers[i] & self._rare_numbers[j])
        both = self._rare_names[i] & self._rare_names[j]
        shared = frozenset(name for name in both if not is_country(name))
        countries = int(len(both) > len(shared))
        if len(shared) < 2:
            return len(shared) + countries + 2 * numbers
        beside = self.features[i].beside | self.features[j].beside
        return count_apart(shared, beside) + countries + 2 * numbers

    def pairs(self) -> list[tuple[int, int]]:
        """The pairs worth judging: near ones, and those of one address or title."""
        near = np.argwhere(np.triu(self.cosines, 1) >= BARS[-1])
        found = {(int(i), int(j)) for i, j in near}
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for place, (text, one) in enumerate(zip(self.texts, self.features, strict=True)):
            for key in {text.identity, text.url, f"title {one.title}"}:
                if key:
                    groups[key].append(place)
        for group in groups.values():
            found.update(combinations(group, 2))
        return sorted(pair for pair in found if self._is_worth_judging(*pair))

    def _is_worth_judging(self, i: int, j: int) -> bool:
        cosine = self.cosines[i, j]
        return (
            cosine >= _MAY_BE_COPY
            or self.features[i].title == self.features[j].title
            or self.texts[i].identity == self.texts[j].identity
            or (self.texts[i].url is not None and self.texts[i].url == self.texts[j].url)
            or cosine >= BARS[min(self.points(i, j), len(BARS) - 1)]
        )


_SAME, _UNLIKELY, _NEVER = Verdict(math.inf), Verdict(0.0), Verdict(NEVER)


def _telling(names: frozenset[str]) -> frozenset[str]:
    """Names but for countries; countries where nothing else is named."""
    return frozenset(name for name in names if not is_country(name)) or names


def _are_parts(one: Material, other: Material) -> bool:
    """Two sections of one document, or one and the whole: each is a topic of its own."""
    if one.whole is None and other.whole is None:
        return False
    return one.identity != other.identity and (
        (one.whole or one.identity) == (other.whole or other.identity)
    )


def _are_twins(a: Features, b: Features) -> bool:
    """One template filled twice: the same words around other numbers, none of them shared."""
    if not a.figures or not b.figures or a.numbers & b.numbers:
        return False
    shared = len(a.figures & b.figures) / min(len(a.figures), len(b.figures))
    return shared <= 0.5 and jaccard(a.masked, b.masked) >= TEMPLATE


def _is_next_issue(one: Material, other: Material, a: Features, b: Features, runs: float) -> bool:
    """A paper's bulletin of last week: little but figures has changed, or names days later."""
    if one.publisher != other.publisher or runs < REPRINT:
        return False
    return a.figures != b.figures or (a.capitals != b.capitals and _lie_apart(one, other))


def _of_one_title(
    one: Material, other: Material, a: Features, b: Features, points: int
) -> Verdict | None:
    """Equal titles are one story, but not the next issue of a column that is always called so,
    nor what two papers call alike ("The week in pictures") and share nothing of.
    """
    shorter = min(len(a.own), len(b.own))
    overlap = len(a.own & b.own) / shorter if shorter else 1.0
    if overlap >= _OVERLAP:
        return _SAME
    if one.publisher == other.publisher:
        return _NEVER
    if points and len(a.title_stems) >= 4 and not _lie_apart(one, other):
        return _SAME
    return None if points else _NEVER


def _lie_apart(one: Material, other: Material, by: timedelta = APART) -> bool:
    if one.published_at is None or other.published_at is None:
        return False
    return abs(one.published_at - other.published_at) > by
