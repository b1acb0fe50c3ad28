"""What a story is about, in one of the words the page knows."""

from collections import Counter
from functools import cache
from pathlib import Path

from agents.aims.text.grounded.words import split_words
from agents.tda.material import Material

UNKNOWN = "world"
LEAST = 2
"""Fewer telling words than this say nothing."""
_TITLE_COUNTS, _TAG_COUNTS = 3, 2
_WORDS = 120
_SHORTEST_BEGINNING = 4


@cache
def lexicon() -> tuple[frozenset[str], dict[str, set[str]], dict[str, set[str]]]:
    """The categories; those that a word speaks for, and those that a word's beginning does."""
    names: list[str] = []
    words: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    for line in Path(__file__).with_name("categories.txt").read_text("utf-8").splitlines():
        name, colon, listed = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        names.append(name)
        for one in listed.split():
            table = beginnings if one.endswith("*") else words
            table.setdefault(one.removesuffix("*"), set()).add(name)
    return frozenset(names), words, beginnings


def categorise(material: Material) -> str:
    """The category a text says it has, else that of most of its words, else the world."""
    names = lexicon()[0]
    if material.category in names:
        return str(material.category)
    said = [name for tag in material.tags if (name := section(tag))]
    if said:
        return next((name for name in said if name != UNKNOWN), UNKNOWN)
    counts: Counter[str] = Counter()
    _count(counts, split_words(material.title), _TITLE_COUNTS)
    _count(counts, split_words(material.text)[:_WORDS], 1)
    for tag in material.tags:
        _count(counts, split_words(tag), _TAG_COUNTS)
    best = max(names, key=lambda name: (counts[name], name == UNKNOWN, name))
    return best if counts[best] >= LEAST else UNKNOWN


def section(tag: str) -> str | None:
    """The category that a paper's section is, or None: "Sports", "World news", "NBA"."""
    bare = " ".join(word for word in tag.casefold().split() if word != "news")
    return _sections().get(bare)


@cache
def _sections() -> dict[str, str]:
    found = {name: name for name in lexicon()[0]}
    for line in Path(__file__).with_name("categories.txt").read_text("utf-8").splitlines():
        name, sign, listed = line.partition(" = ")
        if sign and not line.startswith("#"):
            found.update(dict.fromkeys(listed.split(), name))
    return found


def _count(counts: Counter[str], words: list[str], weight: int) -> None:
    for word in {word.casefold() for word in words}:
        for name in spoken_for(word):
            counts[name] += weight


def spoken_for(word: str) -> set[str]:
    """The categories that a lower-case word speaks for."""
    _, words, beginnings = lexicon()
    found = words.get(word) or words.get(word.removesuffix("s")) or set()
    for length in range(_SHORTEST_BEGINNING, len(word) + 1):
        found = found | beginnings.get(word[:length], set())
    return found
