"""The title of a card: a source's own, or as much of it as a card has room for."""

import re
from collections import Counter
from dataclasses import dataclass

from agents.aims.text.grounded.document import clean_title, is_open
from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    NEGATIONS,
    PREPOSITIONS,
    QUALIFIERS,
    STOP,
    SUBORDINATE,
)
from agents.aims.text.grounded.teaser import Page
from agents.aims.text.grounded.words import collapse, split_words
from agents.aims.text.tasks import Span

ELLIPSIS = "…"
SHORTEST_GOOD = 25
FEWEST_WORDS = 3
_JOINT = re.compile(r"(?:[:;,]| [–—-])\s")
_LABEL = re.compile(
    r"(?:breaking(?: news)?|exclusive|live|update[ds]?|video|watch)(?::| [–—|-])\s+", re.IGNORECASE
)
"""What a newspaper sets before a title, and belongs to no story."""
_HANGING = STOP | DETERMINERS | PREPOSITIONS | AUXILIARIES
_WEIGHTY = NEGATIONS | QUALIFIERS | SUBORDINATE


@dataclass(frozen=True)
class Title:
    """A title and the words of a source that it is."""

    text: str
    span: Span


def choose_title(pages: list[Page], longest: int, said: frozenset[str] = frozenset()) -> Title:
    """The first title that fits; else the first that can be cut; else the first, broken off.

    None that is among what is ``said`` already (:func:`plain`), if there is another. Every page has
    a title line or a sentence: so there is always one.
    """
    whole = [title for page in pages if (title := whole_title(page, longest))]
    fit = [title for title in whole if plain(title.text) not in said]
    if fit:
        return next((title for title in fit if len(title.text) >= SHORTEST_GOOD), fit[0])
    for page in pages:
        if (cut := cut_title(page, longest)) and plain(cut.text) not in said:
            return cut
    broken = [break_off(page, longest) for page in pages]
    return next((title for title in broken if plain(title.text) not in said), broken[0])


def plain(text: str) -> str:
    """A text by its words alone, to see whether another says the same."""
    return " ".join(split_words(text)).casefold()


def whole_title(page: Page, longest: int) -> Title | None:
    """The source's title without the name of its site, if it is one worth showing."""
    given = collapse(page.source.title)
    clean = clean_title(given)
    label = _LABEL.match(clean)
    for words in (clean[label.end() :] if label else clean, clean, given):
        start = page.source.text.find(words) if words else -1
        if start >= 0 and len(words) <= longest and is_title(words, given):
            span = Span(source_id=page.source.id, start=start, end=start + len(words))
            return Title(words, span)
    return None


def is_title(words: str, given: str) -> bool:
    """Whether words out of a title can stand for it."""
    if len(split_words(words)) < 2 or words.isupper() or words.endswith((ELLIPSIS, "...")):
        return False
    return words.isprintable() and not is_open(words) and not loses(words, given)


def loses(words: str, given: str) -> bool:
    """Whether the words leave out of a title what turns it round: "not", "perhaps", "says"."""
    gone = _count(given) - _count(words)
    return any(word in _WEIGHTY or word.endswith("n't") for word in gone)


def _count(text: str) -> Counter[str]:
    return Counter(word.casefold().replace("’", "'") for word in split_words(text))


def cut_title(page: Page, longest: int) -> Title | None:
    """A long title up to the last joint that leaves a clause."""
    line = page.title_line
    joints = list(_JOINT.finditer(line, 0, longest + 1))
    for place, joint in reversed(list(enumerate(joints))):
        if joint[0][0] == "," and any(before[0][0] == "," for before in joints[:place]):
            continue  # between two commas stands an aside, and what comes before it is no clause
        words = line[: joint.start()].rstrip()
        said = split_words(words)
        if len(said) < FEWEST_WORDS or hangs(said[-1]):
            continue
        if is_title(words, line):
            return Title(words, page.span_of_title(len(words)))
    return None


def hangs(word: str) -> bool:
    """Whether a title cannot end with a word: more belongs to it."""
    return word.casefold() in _HANGING or word.endswith("ly")


def break_off(page: Page, longest: int) -> Title:
    """As many words of the title line as there is room for, and a sign that it goes on."""
    line = page.title_line
    if len(line) <= longest:
        return Title(line, page.span_of_title(len(line)))
    end = line.rfind(" ", 0, longest)
    kept = line[: end if end > 0 else longest - 1].rstrip(" ,;:–—-")
    while len(split_words(kept)) > FEWEST_WORDS and hangs(split_words(kept)[-1]):
        if split_words(kept)[-1].casefold() in _WEIGHTY:
            break
        kept = kept[: kept.rfind(" ")].rstrip(" ,;:–—-")
    return Title(kept + ELLIPSIS, page.span_of_title(len(kept)))
