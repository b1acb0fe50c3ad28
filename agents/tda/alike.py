"""Which stories may be one, though too little says so to lay them together.

Below the bars of :mod:`agents.tda.stories` lie the reports of one event in wholly other words, and
beside them other events with the same people. No measure parts the two, so nothing is laid
together; but of stories that may be one only the worthiest is proposed. Where that guess is wrong
a story waits, where a false merge would mix two. See docs/decisions/030-the-same-story.md.
"""

from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np

from agents.tda.features import jaccard
from agents.tda.material import Material
from agents.tda.stories import BARS, NEVER, TEMPLATE, Batch
from agents.tda.story import Standing, Story

NEAR = timedelta(hours=48)
"""Reports that lie further apart are two stories for this."""
WITH_NAME, WITH_WORDS, WITH_NUMBER, WITH_NOTHING = 0.05, 0.08, 0.15, 0.30
"""Cosines from which on two texts may be one story, by what both have that is rare."""
UNLIKE = 0.6
"""The cosine where both titles name something and no name is in both: twins of one template."""
_OF_ONE_PAPER, _LEAST, _SHARE = 3, 10, 0.05
"""A name that one paper has in more texts is what it writes about; one that more texts have, or a
larger share of all, is common."""
_RARE, _WORDS = 3, 2
"""So many words that no more texts than so many have, count like a name: "kakapo" and "rimu"."""


class Likeness:
    """Tells which stories of a batch may be one."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._place = {text.identity: place for place, text in enumerate(batch.texts)}
        self._names = self._telling_names()
        self._asked: list[Standing] | None = None
        self._told: list[int] = []

    def may_be_one(self, one: Story, other: Story) -> bool:
        """Whether two stories may be one."""
        return any(self._are_alike(i, j) for i in self._of(one) for j in self._of(other))

    def is_told(self, story: Story, standing: list[Standing]) -> bool:
        """Whether a topic that stands may tell it already. One that is to be proposed again is a
        story among the others.
        """
        told = self._told_by(standing)
        if not told:
            return False
        return any(
            self._are_alike(place, told[near])
            for place in self._of(story)
            for near in np.flatnonzero(self._batch.cosines[place, told] >= WITH_NAME)
        )

    def _told_by(self, standing: list[Standing]) -> list[int]:
        """The places of what topics tell, found once for all stories."""
        if self._asked is not standing:
            texts = [text for topic in standing if not topic.again for text in topic.texts]
            self._asked = standing
            self._told = [self._place[one.identity] for one in texts if one.identity in self._place]
        return self._told

    def _of(self, story: Story) -> list[int]:
        places = (self._place.get(text.identity) for text in story.texts)
        return [place for place in places if place is not None]

    def _are_alike(self, i: int, j: int) -> bool:
        cosine = float(self._batch.cosines[i, j])
        one, other = self._batch.texts[i], self._batch.texts[j]
        if cosine < WITH_NAME or "document" in (one.kind, other.kind) or _lie_apart(one, other):
            return False
        if one.publisher == other.publisher:
            return self._is_one_paper_again(i, j, cosine)
        return cosine >= self._bar(i, j) and self._batch.judge(i, j).ratio != NEVER

    def _is_one_paper_again(self, i: int, j: int, cosine: float) -> bool:
        """One paper's numbered bulletin, its own report once more, or what came of it: the title
        names the same.
        """
        a, b = self._batch.features[i], self._batch.features[j]
        if cosine >= BARS[0] or jaccard(a.masked, b.masked) >= TEMPLATE:
            return True
        named = a.title_names & b.title_names & self._names
        return bool(named) or self._batch.tell_the_same(i, j)

    def _bar(self, i: int, j: int) -> float:
        a, b = self._batch.features[i], self._batch.features[j]
        if a.names & b.names & self._names:
            return WITH_NAME
        if self._batch.name_others(i, j):
            return UNLIKE
        if sum(self._batch.spread[word] <= _RARE for word in a.stems.keys() & b.stems) >= _WORDS:
            return WITH_WORDS
        return WITH_NUMBER if self._batch.points(i, j) >= 2 else WITH_NOTHING

    def _telling_names(self) -> frozenset[str]:
        by_paper: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, one in zip(self._batch.texts, self._batch.features, strict=True):
            for name in one.names:
                by_paper[name][text.publisher] += 1
        most = max(_LEAST, _SHARE * len(self._batch.texts))
        return frozenset(
            name
            for name, papers in by_paper.items()
            if max(papers.values()) <= _OF_ONE_PAPER and papers.total() <= most
        )


def _lie_apart(one: Material, other: Material) -> bool:
    early, late = one.published_at or one.seen_at, other.published_at or other.seen_at
    return early is not None and late is not None and abs(early - late) > NEAR
