"""Words and their stems."""

import re
from functools import lru_cache

from agents.aims.text.grounded.lexicon import STOP

WORD = re.compile(r"[^\W_]+(?:[.,’'\-–][^\W_]+)*%?")
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ers", "ies", "ied", "ed", "er", "es", "ly")


def split_words(text: str) -> list[str]:
    """The words of a text; "1,500", "don't" and "short-lived" are one word each."""
    return WORD.findall(text)


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(split_words(text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A crude common root of a word's forms, enough to see that two texts share a subject."""
    low = word.casefold().replace("’", "'").removesuffix("'s")
    for ending in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            return low[: -len(ending)]
    return low[:-1] if low.endswith("s") and len(low) > 4 and not low.endswith("ss") else low


@lru_cache(maxsize=20_000)
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order."""
    return tuple(stem(word) for word in split_words(text) if word.casefold() not in STOP)


def collapse(text: str) -> str:
    """The text on one line, without stray white space."""
    return " ".join(text.split())


def capitalise(text: str) -> str:
    """The text with its first letter in upper case."""
    for place, letter in enumerate(text):
        if letter.isalnum():
            return text[:place] + letter.upper() + text[place + 1 :]
    return text
