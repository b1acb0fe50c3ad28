"""How alike texts are by their words, computed from what they share and never from all words."""

from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Places = NDArray[np.int64]
_AT_ONCE = 8
"""So many texts are compared with all others in one step."""


def compare(bags: list[Counter[str]], rarity: Callable[[str], float]) -> Floats:
    """The cosines of all texts with each other, n x n, from each text's counted words and what a
    word tells.

    Only texts that share a word meet: an index leads from each word to the texts that have it. Both
    halves are the same to the last bit, since each sum is taken in the order of the words.
    """
    found = np.zeros((len(bags), len(bags)), np.float32)
    number = {word: place for place, word in enumerate(dict.fromkeys(w for b in bags for w in b))}
    sizes = np.array([len(bag) for bag in bags], np.int64)
    words = np.fromiter((number[word] for bag in bags for word in bag), np.int64)
    if not len(words):
        return found
    counts = np.fromiter((count for bag in bags for count in bag.values()), np.float64)
    rows = np.repeat(np.arange(len(bags)), sizes)
    weights = counts * np.fromiter(map(rarity, number), np.float64)[words]
    weights /= np.sqrt(np.bincount(rows, weights**2, len(bags)))[rows]
    _multiply(found, *_in_order(rows, words, weights))
    return found


def _in_order(rows: Places, words: Places, weights: Doubles) -> tuple[Places, Places, Doubles]:
    order = np.lexsort((words, rows))
    return rows[order], words[order], weights[order]


def _multiply(found: Floats, rows: Places, words: Places, weights: Doubles) -> None:
    """Fill in the cosines; the entries stand in the order of their rows, then of their words."""
    count = len(found)
    by_word = np.argsort(words, kind="stable")
    spread = np.bincount(words)
    begins = np.cumsum(spread) - spread
    for first in range(0, count, _AT_ONCE):
        own = slice(*np.searchsorted(rows, (first, first + _AT_ONCE)))
        times = spread[words[own]]
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        other = by_word[np.repeat(begins[words[own]], times) + within]
        keys = np.repeat(rows[own] - first, times) * count + rows[other]
        products = np.repeat(weights[own], times) * weights[other]
        block = found[first : first + _AT_ONCE]
        block[:] = np.bincount(keys, products, block.size).reshape(block.shape)
