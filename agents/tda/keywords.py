"""The few words by which a story is found and painted."""

import re
from collections import Counter

from agents.aims.text.grounded.lexicon import STOP
from agents.aims.text.grounded.words import split_words, stem
from agents.tda.features import features_of
from agents.tda.material import Material
from agents.tda.stories import Batch

MOST = 6
_NAMES = 4
_BEGINNING = 1_500
_SHORTEST = 4
_SPLIT = re.compile(r"[.!?:;,(“\"\n]")


def keywords_of(material: Material, batch: Batch) -> tuple[str, ...]:
    """Six at most: names first, then words that are many here and rare elsewhere."""
    chosen = _names(material)[:_NAMES]
    taken = {word for name in chosen for word in split_words(name.casefold())}
    for word in _words(material, batch):
        if len(chosen) >= MOST:
            break
        if word not in taken:
            chosen.append(word)
            taken.add(word)
    return tuple(chosen)


def _names(material: Material) -> list[str]:
    """Names as they are written, whole, the most used first."""
    known = features_of(material).names
    counted: Counter[str] = Counter()
    for piece in _SPLIT.split(f"{material.title}. {material.text[:_BEGINNING]}"):
        for name in _runs(split_words(piece), known):
            counted[name] += 1
    ranked = sorted(counted, key=lambda name: (-counted[name], -len(name), name))
    kept: list[str] = []
    for name in ranked:
        if not any(name in other or other in name for other in kept):
            kept.append(name)
    return kept


def _runs(words: list[str], known: frozenset[str]) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in words:
        bare = word.removesuffix("'s").removesuffix("’s")
        if bare.casefold() in known and bare[:1].isupper():
            runs[-1].append(bare)
        elif runs[-1]:
            runs.append([])
    return [" ".join(run[:4]) for run in runs if run and len("".join(run)) > 2]


def _words(material: Material, batch: Batch) -> list[str]:
    stems = features_of(material).stems
    spelt: dict[str, str] = {}
    for word in split_words(f"{material.title} {material.text[:_BEGINNING]}"):
        low = word.casefold()
        if low.isalpha() and len(low) >= _SHORTEST and low not in STOP:
            spelt.setdefault(stem(word), low)
    ranked = sorted(spelt, key=lambda one: (-stems[one] * batch.rarity(one), one))
    return [spelt[one] for one in ranked if stems[one]]
