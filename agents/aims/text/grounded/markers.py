"""The small words at the front of a sentence that say how it hangs on the one before.

A marker may give way to the other host's question ("Thus …" → "So what follows?"): then the
question carries its meaning and the marker goes. A marker that means more than its link
("instead", "otherwise", "still", "in fact") is never dropped.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agents.aims.text.grounded.words import capitalise

Link = Literal["consequence", "example", "addition", "restatement", "contrast"]

_DROPPED: dict[Link, str] = {
    "consequence": r"thus|therefore|hence|consequently|accordingly|as a result|as a consequence"
    r"|for this reason",
    "example": r"for example|for instance",
    "addition": r"moreover|furthermore|additionally|in addition",
    "restatement": r"in other words|put differently|put another way",
}
_KEPT: dict[Link, str] = {
    "contrast": r"however|but|yet|nevertheless|nonetheless|even so|on the other hand|by contrast"
    r"|in contrast|on the contrary",
    "consequence": r"so(?= (?:the|a|an|i|we|you|he|she|it|they|this|that|these|many|most|some)\b)",
    "addition": r"also|besides",
}


@dataclass(frozen=True)
class Marker:
    """A marker found at the front of a sentence; ``length`` is 0 where it must stay."""

    link: Link
    length: int


def _pattern(words: str) -> "re.Pattern[str]":
    # "in addition to", "as a result of" and their like are prepositions, no markers.
    return re.compile(rf"(?:{words})\b(?! (?:to|of|with)\b),?\s+", re.IGNORECASE)


_FOUND = [(link, _pattern(words), True) for link, words in _DROPPED.items()]
_FOUND += [(link, _pattern(words), False) for link, words in _KEPT.items()]


def find_marker(text: str) -> Marker | None:
    """The marker that the sentence begins with."""
    for link, pattern, dropped in _FOUND:
        if found := pattern.match(text):
            return Marker(link, found.end() if dropped else 0)
    return None


def drop_marker(text: str) -> str:
    """The sentence without the marker that may be dropped."""
    marker = find_marker(text)
    return capitalise(text[marker.length :]) if marker else text
