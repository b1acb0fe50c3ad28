"""One sentence that says what a source is about, and the words for its cover."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agents.wcha.text import Extracted, count_words

if TYPE_CHECKING:
    from pysbd import Segmenter

_LONGEST = 45
_SHORTEST = 8
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]{3,}")
_COMMON = frozenset((Path(__file__).parent / "common_words.txt").read_text("utf-8").split())


@cache
def _segmenter() -> "Segmenter":
    from pysbd import Segmenter

    return Segmenter(language="en", clean=False)


def first_sentence(text: Extracted) -> str:
    """The first sentence of the body that is neither a fragment nor endless."""
    for paragraph in text.body.split("\n\n")[:3]:
        for sentence in _segmenter().segment(paragraph[:4000]):
            if _SHORTEST <= count_words(sentence) <= _LONGEST:
                return str(sentence).strip()
    return " ".join(text.body.split()[:_LONGEST]) + " …"


def telling_words(texts: list[Extracted], most: int = 6) -> list[str]:
    """The words the sources use most, but for those that any text uses."""
    counted: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(text.body[:40_000]):
            if word.lower() not in _COMMON:
                counted[word.lower()] += 1
    chosen: list[str] = []
    for word, _ in counted.most_common(4 * most):
        if not any(word.startswith(other) or other.startswith(word) for other in chosen):
            chosen.append(word)
    return chosen[:most]


def cover_prompt(topic: str, texts: list[Extracted]) -> str:
    """What a cover should show, in words a person or an image model understands."""
    shown = ", ".join(telling_words(texts))
    return f"Podcast cover about {topic}. It shows: {shown}."
