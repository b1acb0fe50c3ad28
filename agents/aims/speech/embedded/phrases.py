"""A line cut into phrases the engines speak without fault, each with the pause after it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 300
"""Phonemes in one phrase. The network takes 510 tokens, but hurries and skips in long ones."""

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+")


@dataclass(frozen=True)
class Phrase:
    """Phonemes spoken in one go, and the pause in seconds before the next."""

    phonemes: str
    pause: float


def phrases_of(text: str, phonemise: Callable[[str], str]) -> list[Phrase]:
    """Cut spelt-out text into phrases."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    return [Phrase(phonemise(sentence), 0.33) for sentence in sentences]
