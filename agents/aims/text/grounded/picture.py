"""What the picture of a story shows, in a few words of the story's own."""

import re
from collections import Counter

from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    IRREGULAR_PAST,
    NUMBER_WORDS,
    PRESENT,
    STOP,
    UNITS,
    words_of,
)
from agents.aims.text.tasks import LONGEST_COVER_PROMPT

MOST_WORDS = 6
READ = 8_000
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_][^\W\d_'’-]{3,}(?![^\W_])")
_PALE = words_of("""
    according alone announce announced around away back become becoming called case change come
    coming edition expected finally first form found general getting going great happy important
    kept kind known large last late later latest likely little local long looking lost main major
    named need never news newsletter next nothing number only open part people place pleased point
    possible reached recent release released right second seen short show shows side since small
    something sort start started story study subject taken team thing things think third time
    times title today together told tomorrow turn used using want week whole work working world
    year years yesterday young
""")
_UNTOLD = STOP | AUXILIARIES | IRREGULAR_PAST | PRESENT | NUMBER_WORDS | UNITS | _PALE


def describe_picture(title: str, text: str) -> str:
    """A prompt for a painter: the title, and the words that the text uses most."""
    frame = f"Podcast cover about {title.rstrip('.…?! ')}."
    shown = ", ".join(telling_words(text))
    whole = f"{frame} It shows: {shown}." if shown else frame
    return whole if len(whole) <= LONGEST_COVER_PROMPT else frame[:LONGEST_COVER_PROMPT]


def telling_words(text: str, most: int = MOST_WORDS) -> list[str]:
    """The words a text uses most, but for those that any text uses; none holds a number."""
    counted = Counter(
        word.casefold() for word in _WORD.findall(text[:READ]) if word.casefold() not in _UNTOLD
    )
    chosen: list[str] = []
    for word, _ in counted.most_common(4 * most):
        if not any(word.startswith(other) or other.startswith(word) for other in chosen):
            chosen.append(word)
    return chosen[:most]
