"""How near texts lie to any of some others, by which of their words are rare."""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int32]
"""The different words of one text, as numbers."""
Floats = NDArray[np.float64]
_COMMON, _FEW = 0.02, 20
"""A word that a larger share of all texts have, and more than a few, brings no two together."""


def nearness(asked: list[Words], texts: list[Words]) -> Floats:
    """The greatest cosine of each text with any of those asked for, 0 to 1, in the texts' order.

    A word weighs the more the fewer texts have it, a common one nothing. Only texts that share a
    word are ever met: an inverted index leads from each word asked for to those that have it.
    """
    best = np.zeros(len(texts))
    if not texts:
        return best
    index = _Index(texts)
    for words in asked:
        np.maximum(best, index.cosines(words), out=best)
    return best


class _Index:
    """From each word to the texts that have it."""

    def __init__(self, texts: list[Words]) -> None:
        owners = np.repeat(np.arange(len(texts)), [len(words) for words in texts])
        self._count = len(texts)
        self._words, at, self._spread = np.unique(
            np.concatenate(texts), return_inverse=True, return_counts=True
        )
        self._weights = np.log1p(self._count / self._spread)
        self._weights[self._spread > max(_FEW, _COMMON * self._count)] = 0.0
        squares = np.bincount(owners, self._weights[at] ** 2, self._count)
        self._lengths = np.sqrt(np.maximum(squares, 1e-9))
        self._holders = owners[np.argsort(at, kind="stable")]
        self._ends = np.cumsum(self._spread)

    def cosines(self, words: Words) -> Floats:
        """Of one text with all."""
        known = self._find(words)
        places = known[self._weights[known] > 0]
        if not len(places):
            return np.zeros(self._count)
        runs = [
            self._holders[self._ends[one] - self._spread[one] : self._ends[one]] for one in places
        ]
        weights = self._weights[places] ** 2
        shared = np.bincount(
            np.concatenate(runs), np.repeat(weights, self._spread[places]), self._count
        )
        unknown = np.log1p(self._count) ** 2 * (len(words) - len(known))
        cosines: Floats = shared / self._lengths / np.sqrt(weights.sum() + unknown)
        return cosines

    def _find(self, words: Words) -> NDArray[np.int64]:
        """The places of those words that some text has."""
        places = np.searchsorted(self._words, words)
        inside = places < len(self._words)
        places, words = places[inside], words[inside]
        known: NDArray[np.int64] = places[self._words[places] == words]
        return known
