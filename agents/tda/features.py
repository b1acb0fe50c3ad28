"""What two texts are compared by: words, runs of words, telling numbers and names."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from sys import intern

from agents.aims.text.grounded.document import clean_title
from agents.aims.text.grounded.lexicon import STOP
from agents.aims.text.grounded.names import MONTHS, find_names, is_capital
from agents.aims.text.grounded.words import split_words, stem
from agents.tda.countries import one_word
from agents.tda.material import Material

VECTOR_WORDS, RUN_WORDS = 60, 120
"""How many words of the text say what it is about, and how many are compared in runs."""
_BEGINNING = 1_500
_KEPT = 4_000
"""More texts than one discovery compares: of fewer, none would be there the next time."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SIGN = re.compile(r"[.!?:;,–—](?=\s)|[()\n]")
_YEAR = re.compile(r"(?:19|20)\d\d")
Runs = frozenset[int]
"""Runs of three words by their hashes, since a worker keeps those of thousands of texts."""


@dataclass(frozen=True, eq=False)
class Features:
    """``stems`` are those of title and text; ``own`` those of the text alone;
    ``runs`` are triples of words, ``masked`` the same with each number and name covered;
    ``numbers`` are telling ones, ``figures`` all but years. ``names`` are single words;
    ``capitals`` are they as one text has them, before all were asked (:func:`agree_on_names`),
    ``sure`` those with a capital within a sentence, ``lower`` the words without one. ``beside``
    are pairs of names that stand together: parts of one; ``title_names`` are those of the title,
    ``events`` its other stems, which say what happened.
    """

    title: str
    title_stems: frozenset[str]
    stems: Counter[str]
    own: frozenset[str]
    runs: Runs
    masked: Runs
    numbers: frozenset[str]
    figures: frozenset[str]
    names: frozenset[str]
    capitals: frozenset[str]
    sure: frozenset[str]
    lower: frozenset[str]
    beside: frozenset[tuple[str, str]]
    title_names: frozenset[str]
    events: frozenset[str]


def features_of(material: Material) -> Features:
    """The features of a text's title and beginning."""
    return _read(material.title, material.text[:_BEGINNING])


@lru_cache(maxsize=_KEPT)
def _read(title: str, beginning: str) -> Features:
    words = [intern(word) for word in split_words(beginning)[:RUN_WORDS]]
    named, own = stems_of(split_words(title)), stems_of(words[:VECTOR_WORDS])
    stems = Counter([*named, *own])
    names = _names(title, beginning, words)
    low = frozenset(name.casefold() for name in names) - MONTHS
    everything = [*split_words(title), *words]
    figures = frozenset(_figures(everything))
    return Features(
        title=title_key(title), title_stems=frozenset(named), stems=stems, own=frozenset(own),
        runs=_triples([word.casefold() for word in everything]),
        masked=_triples([_mask(word, names) for word in everything]),
        numbers=frozenset(filter(_is_telling, figures)), figures=figures,
        names=one_word(low), capitals=low, sure=one_word(low & _sure_names(title, beginning)),
        lower=frozenset(word for word in words if word[:1].islower()),
        beside=frozenset(_beside(f"{title} . {beginning}", names)),
        title_names=one_word(low & {_bare(word).casefold() for word in split_words(title)}),
        events=frozenset(word for word in named if word[0].isalpha()) - set(map(stem, low)),
    )  # fmt: skip


def agree_on_names(read: list[Features]) -> list[Features]:
    """The same without the names that are none: words which only begin a sentence ("Shares",
    "Gunmen"), and which no more of all texts write with a capital inside one than small.
    """
    sure = Counter(name for one in read for name in one.sure)
    small = Counter(word for one in read for word in one.lower)
    return [_without(one, _mistaken(one, sure, small)) for one in read]


def _mistaken(one: Features, sure: Counter[str], small: Counter[str]) -> frozenset[str]:
    return frozenset(name for name in one.names - one.sure if small[name] >= sure[name])


def _without(one: Features, mistaken: frozenset[str]) -> Features:
    if not mistaken:
        return one
    told = {stem(name) for name in mistaken & one.title_names} & one.title_stems
    return replace(
        one, names=one.names - mistaken, title_names=one.title_names - mistaken,
        beside=frozenset(pair for pair in one.beside if mistaken.isdisjoint(pair)),
        events=one.events | told,
    )  # fmt: skip


def stems_of(words: list[str]) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(word) for word in words if word.casefold() not in STOP]


def title_key(title: str) -> str:
    """A title by which equal ones are known: no site's name, no signs, no capitals."""
    return " ".join(split_words(clean_title(title).casefold()))


def _names(title: str, beginning: str, words: list[str]) -> set[str]:
    """Names, from the title only where its capitals say something."""
    return _names_of(title, beginning, {word for word in words if word[:1].islower()})


def _names_of(title: str, beginning: str, lower: set[str]) -> set[str]:
    text = beginning if _is_shouted(title) else f"{title} . {beginning}"
    return find_names(text[: 2 * _BEGINNING], lower)


def _sure_names(title: str, beginning: str) -> set[str]:
    """Words with a capital that no beginning of a sentence explains."""
    everything = {word.casefold() for word in split_words(f"{title} {beginning}")}
    return {name.casefold() for name in _names_of(title, beginning, everything)}


def _is_shouted(title: str) -> bool:
    """Whether a title is written In Capitals Throughout."""
    long = [word for word in split_words(title) if len(word) > 3 and word[0].isalpha()]
    return len(long) >= 3 and sum(map(is_capital, long)) > 0.7 * len(long)


def _beside(text: str, names: set[str]) -> set[tuple[str, str]]:
    """Pairs of names side by side; after a genitive begins another ("Belgium's Hautes Fagnes"),
    and so it does after a sign ("beat Chelsea. Bukayo Saka").
    """
    return {
        (a.casefold(), _bare(b).casefold())
        for piece in _SIGN.split(text)
        for a, b in pairwise(split_words(piece))
        if a in names and _bare(b) in names
    }


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def count_apart(shared: frozenset[str], beside: frozenset[tuple[str, str]]) -> int:
    """How many names so many words are: "Calder Bridge" is one."""
    of = {word: word for word in shared}
    for one, other in beside:
        if one in of and other in of:
            former, latter = of[other], of[one]
            of = {word: latter if root == former else root for word, root in of.items()}
    return len(set(of.values()))


def _figures(words: list[str]) -> set[str]:
    found = {one.strip(",") for word in words for one in _NUMBER.findall(word)}
    return {one for one in found if not _YEAR.fullmatch(one)}


def _is_telling(figure: str) -> bool:
    """Whether hardly two stories share a number: it has three digits."""
    return sum(map(str.isdigit, figure)) >= 3


def _mask(word: str, names: set[str]) -> str:
    if any(map(str.isdigit, word)):
        return "#"
    return "@" if _bare(word) in names else word.casefold()


def _triples(words: list[str]) -> Runs:
    return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False)))


def jaccard(one: Runs, other: Runs) -> float:
    """The share of runs that both have."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
