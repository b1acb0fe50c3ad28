"""How alike texts are by their words, computed from what they share and never from all words."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Places = NDArray[np.int64]


def compare(bags: list[Counter[str]], rarity: Callable[[str], float]) -> Floats:
    """The cosines of all texts with each other, n x n, from each text's counted words and what a
    word tells.

    A word of one text alone only lengthens that text's vector. Both halves are the same to the last
    bit, since each sum is taken in the order of the words.
    """
    spread = Counter(word for bag in bags for word in bag)
    number = {word: i for i, word in enumerate(w for w, n in spread.items() if n > 1)}
    own: list[list[tuple[int, float]]] = []
    holders: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, bag in enumerate(bags):
        weights = {word: count * rarity(word) for word, count in bag.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        shared = ((number[word], weight / length) for word, weight in weights.items()
                  if word in number)  # fmt: skip
        own.append(sorted(shared))
        for word, weight in own[-1]:
            holders[word].append((row, weight))
    return _multiply(own, {word: _columns(held) for word, held in holders.items()})


def _columns(held: list[tuple[int, float]]) -> tuple[Places, Doubles]:
    rows, weights = zip(*held, strict=True)
    return np.array(rows, np.int64), np.array(weights, np.float64)


def _multiply(
    own: list[list[tuple[int, float]]], holders: dict[int, tuple[Places, Doubles]]
) -> Floats:
    found = np.zeros((len(own), len(own)), np.float32)
    for row, words in enumerate(own):
        if words:
            places = np.concatenate([holders[word][0] for word, _ in words])
            products = np.concatenate([weight * holders[word][1] for word, weight in words])
            found[row] = np.bincount(places, products, len(own))
    return found
