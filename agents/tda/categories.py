"""What a story is about, in one of the words the page knows."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from agents.aims.text.grounded.words import split_words
from agents.tda.material import Material

UNKNOWN = "world"
LEAST = 2
"""Fewer telling words than this say nothing."""
TOGETHER = 3
"""So many words that are said of other things too speak for a category where none does alone."""
_TITLE_COUNTS, _TAG_COUNTS = 3, 2
_WORDS, _BEGINNING = 120, 1_500
_SHORTEST_BEGINNING = 4
_RESULT = re.compile(r"(?<![\w.,/–-])\d{1,2}[-–]\d{1,2}(?![\w/–-])|\b1\d\d[-–]\d{2,3}\b(?!-)")
"""What a match ended with: "2-1", "6-4", "112-109"; all of them are the one word "2-1"."""


@dataclass(frozen=True)
class Lexicon:
    """The categories; those that a word speaks for, those that a word's beginning does, and those
    that a word speaks for only beside others.
    """

    names: frozenset[str]
    words: dict[str, set[str]]
    beginnings: dict[str, set[str]]
    doubtful: dict[str, set[str]]


@cache
def lexicon() -> Lexicon:
    """What the list says."""
    names: set[str] = set()
    tables: dict[str, dict[str, set[str]]] = {"": {}, "*": {}, "?": {}}
    for line in Path(__file__).with_name("categories.txt").read_text("utf-8").splitlines():
        name, colon, listed = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        names.add(name)
        for one in listed.split():
            sign = one[-1] if one[-1] in tables else ""
            tables[sign].setdefault(one.removesuffix(sign), set()).add(name)
    return Lexicon(frozenset(names), tables[""], tables["*"], tables["?"])


def categorise(material: Material) -> str:
    """The category a text says it has, else its address or its paper's name, else that of most of
    its words, else the world.
    """
    names = lexicon().names
    if material.category in names:
        return str(material.category)
    said = [name for tag in material.tags if (name := section(tag))]
    if said:
        return next((name for name in said if name != UNKNOWN), UNKNOWN)
    placed = _section_of_address(material.url) or _sport_by_name(material.publisher)
    if placed:
        return placed
    counts = _count(material)
    best = max(names, key=lambda name: (counts[name], name == UNKNOWN, name))
    return best if counts[best] >= LEAST else UNKNOWN


def section(tag: str) -> str | None:
    """The category that a paper's section is, or None: "Sports", "World news", "NBA"."""
    bare = " ".join(word for word in tag.casefold().split() if word != "news")
    return _sections().get(bare)


def _section_of_address(url: str | None) -> str | None:
    """The category of the narrowest section that an address names: "/sport/football/a-late-goal",
    "sport.example.org". "World" says as little as no section.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:  # a document's address is what its owner wrote
        return None
    hosts = (parts.hostname or "").removeprefix("www.").split(".")
    places = [*hosts[: max(0, len(hosts) - 2)], *parts.path.split("/")[:-1]]
    named = (section(place.replace("-", " ")) for place in reversed(places))
    return next((name for name in named if name and name != UNKNOWN), None)


def _sport_by_name(publisher: str) -> str | None:
    """Sport, where a paper writes of nothing else: "Gazette Sports". No other category is read off
    a name, since "Business Standard" and "Ocean City Post" write of everything.
    """
    return "sport" if any(section(word) == "sport" for word in split_words(publisher)) else None


@cache
def _sections() -> dict[str, str]:
    found = {name: name for name in lexicon().names}
    for line in Path(__file__).with_name("categories.txt").read_text("utf-8").splitlines():
        name, sign, listed = line.partition(" = ")
        if sign and not line.startswith("#"):
            found.update(dict.fromkeys(listed.split(), name))
    return found


def _count(material: Material) -> Counter[str]:
    counts: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    heard: defaultdict[str, set[str]] = defaultdict(set)
    for word, weight in _weighed(material):
        for name in spoken_for(word):
            counts[name] += weight
        for name in _of_word(word, lexicon().doubtful):
            doubtful[name] += weight
            heard[name].add(word)
    for name, weight in doubtful.items():
        if counts[name] or len(heard[name]) >= TOGETHER:
            counts[name] += weight
    return counts


def _weighed(material: Material) -> list[tuple[str, int]]:
    """The different words of a text's title, beginning and tags, each with what it counts."""
    parts = (
        (_words(material.title), _TITLE_COUNTS),
        (_words(material.text[:_BEGINNING])[:_WORDS], 1),
        ([word for tag in material.tags for word in split_words(tag)], _TAG_COUNTS),
    )
    return [(word, weight) for words, weight in parts for word in {w.casefold() for w in words}]


def _words(text: str) -> list[str]:
    return split_words(_RESULT.sub("2-1", text))


def spoken_for(word: str) -> set[str]:
    """The categories that a lower-case word speaks for."""
    found = _of_word(word, lexicon().words)
    for length in range(_SHORTEST_BEGINNING, len(word) + 1):
        found = found | lexicon().beginnings.get(word[:length], set())
    return found


def _of_word(word: str, table: dict[str, set[str]]) -> set[str]:
    return table.get(word) or table.get(word.removesuffix("s")) or set()
