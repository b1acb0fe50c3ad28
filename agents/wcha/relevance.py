"""How much a document is about a topic: rare words and titles count most."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

_IN_TITLE, _IN_CATEGORY = 1.0, 0.6
_IN_BODY, _MOST_IN_BODY = 0.11, 0.9
_GENERIC = 0.2
_GENERIC_STEMS = frozenset(
    {"tell", "explain", "podcast", "episod", "stori", "make", "introduct", "introduc", "beginn",
     "guid", "world", "surpris", "amaz", "interest", "thing", "know", "learn", "short", "long",
     "brief", "talk", "discuss", "happen", "work", "use", "come", "mean", "realli", "best", "new",
     "histori", "scienc", "fact", "basic", "everyth", "someth", "people", "peopl", "great", "get",
     "becam", "becom", "first", "chang", "invent", "start", "began", "origin", "give", "like"}
)  # fmt: skip
ABOUT = 0.26
"""From this score on (0 to 1) the best document is about the topic."""
COMPANION = 0.62
"""From this score on a further document is, too; a shared category alone does not reach it."""


@dataclass(frozen=True)
class Word:
    """A word of the topic, as the index stems it, and how common it is."""

    lexeme: str
    documents: int
    library: int

    @property
    def weight(self) -> float:
        """Inverse document frequency; words that any request may hold count little."""
        rarity = log(1 + (self.library + 1) / (self.documents + 0.5))
        return rarity * (_GENERIC if self.lexeme in _GENERIC_STEMS else 1.0)


@dataclass(frozen=True)
class Hit:
    """Where one word of the topic stands in one document."""

    document_id: str
    answers_all: bool
    lexeme: str
    in_title: bool
    in_category: bool
    in_body: int

    @property
    def strength(self) -> float:
        """Between 0 and 1."""
        if self.in_title:
            return _IN_TITLE
        return max(
            _IN_CATEGORY if self.in_category else 0.0, min(_MOST_IN_BODY, _IN_BODY * self.in_body)
        )


def score(words: Iterable[Word], hits: Iterable[Hit]) -> dict[str, float]:
    """For each document hit, the share of the topic's weight that it carries (0 to 1).

    A category alone never makes a document fit: what fits it must name or discuss.
    """
    weights = {word.lexeme: word.weight for word in words}
    total = sum(weights.values())
    scores: dict[str, float] = {}
    for hit in hits:
        gained = weights.get(hit.lexeme, 0.0) * hit.strength
        scores[hit.document_id] = scores.get(hit.document_id, 0.0) + gained
    return {key: value / total for key, value in scores.items()} if total else {}


def choose(scores: dict[str, float], most: int = 3) -> list[str]:
    """The documents that are about the topic, best first.

    Those far behind the best one are about something else that shares a word.
    """
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    if not ranked or scores[ranked[0]] < ABOUT:
        return []
    enough = max(COMPANION, 0.75 * scores[ranked[0]])
    return ranked[:1] + [key for key in ranked[1:most] if scores[key] >= enough]
