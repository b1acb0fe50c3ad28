"""How much of a text could be told, seen quickly."""

import re
from functools import lru_cache

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.language import is_english
from agents.aims.text.grounded.traits import is_usable
from agents.aims.text.grounded.words import collapse, split_words

MOST = 12
"""More sentences than this make no text better for a card."""
_CUT = re.compile(r"(?<=[^.!?\s][.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-ZÀ-Þ0-9])|\n\s*\n")
_LOOKED_AT = 6_000


def count_told(text: str) -> int:
    """How many whole, speakable sentences stand in the beginning of a text; 12 at most, and none
    of a text that is not English.

    Cut at full stops and not by pysbd, which takes a millisecond a sentence: one of a few hundred
    entries is chosen.
    """
    return _count(text[:_LOOKED_AT])


@lru_cache(maxsize=2_000)
def _count(text: str) -> int:
    if not is_english(text):
        return 0
    told = 0
    for piece in _CUT.split(text):
        words = collapse(piece)
        if is_usable(Sentence("", 0, 0, 0, 0, len(words), words), split_words(words)):
            told += 1
            if told == MOST:
                break
    return told
