"""How much each sentence is worth telling.

Centrality is LexRank (Erkan and Radev 2004): the stationary weight of a sentence in the graph of
sentences that share words. To it come the topic asked for, place, numbers, names, superlatives,
contrast and speech; chronicles that repeat subject and verb lose.
"""

import math
from collections import Counter
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.aims.text.grounded.document import Document, Sentence
from agents.aims.text.grounded.lexicon import CONTRAST, SUPERLATIVE
from agents.aims.text.grounded.names import find_amounts
from agents.aims.text.grounded.traits import Traits, read_traits
from agents.aims.text.grounded.words import content_stems, split_words

Floats = NDArray[np.float64]
EDGE = 0.08
DAMPING = 0.85
MOST_COMPARED = 1500
TOPIC, TITLE = 1.2, 0.4


def vectors(texts: list[str]) -> Floats:
    """Unit tf-idf vectors of texts, one row each."""
    bags = [Counter(content_stems(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    place = {word: column for column, word in enumerate(spread)}
    matrix = np.zeros((len(texts), max(1, len(place))))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            matrix[row, place[word]] = count * math.log(1 + len(texts) / spread[word])
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(lengths == 0, 1, lengths))


def centrality(matrix: Floats) -> Floats:
    """LexRank of each row, the highest 1."""
    alike = np.where(matrix @ matrix.T > EDGE, 1.0, 0.0)
    alike /= alike.sum(axis=1, keepdims=True).clip(min=1)
    rank = np.full(len(matrix), 1 / max(1, len(matrix)))
    for _ in range(30):
        rank = (1 - DAMPING) / len(rank) + DAMPING * alike.T @ rank
    return np.asarray(rank / rank.max()) if len(rank) else rank


@lru_cache(maxsize=16)
def centralities(document: Document) -> tuple[float, ...]:
    """How central each sentence is to its document, 0 to 1; 0 where it is unusable."""
    traits = read_traits(document)
    kept = [s for s in document.sentences if traits[s.number].usable][:MOST_COMPARED]
    ranks = dict(
        zip((s.number for s in kept), centrality(vectors([s.text for s in kept])), strict=True)
    )
    return tuple(float(ranks.get(s.number, 0.0)) for s in document.sentences)


def score_sentences(document: Document, topic: str) -> list[float]:
    """What each sentence of a document is worth, about 0 to 2.5; 0 where it is unusable."""
    traits = read_traits(document)
    kept = [s for s in document.sentences if traits[s.number].usable][:MOST_COMPARED]
    central = centralities(document)
    asked, named = set(content_stems(topic)), set(content_stems(document.title))
    counts = _count_openings(kept)
    scores = [0.0] * len(document.sentences)
    for sentence in kept:
        weight = central[sentence.number]
        chronicle = 0.15 * (counts[_opening(sentence)] - 2) if counts[_opening(sentence)] > 2 else 0
        features = _features(sentence, traits[sentence.number], document)
        near = TOPIC * _nearness(sentence, asked) + TITLE * _nearness(sentence, named - asked)
        scores[sentence.number] = max(0.05, weight + near + features - chronicle)
    return scores


def _opening(sentence: Sentence) -> tuple[str, ...]:
    return tuple(re_word.casefold() for re_word in split_words(sentence.text)[:2])


def _count_openings(sentences: list[Sentence]) -> Counter[tuple[str, ...]]:
    return Counter(map(_opening, sentences))


def _nearness(sentence: Sentence, wanted: set[str]) -> float:
    shared = wanted & set(content_stems(sentence.text))
    return len(shared) / max(2, len(wanted)) if wanted else 0.0


def _features(sentence: Sentence, traits: Traits, document: Document) -> float:
    text = sentence.text
    amounts = len(find_amounts(text))
    before = document.sentences[sentence.number - 1] if sentence.number else None
    worth = 0.15 * min(amounts, 2) - (0.2 if amounts > 4 else 0)
    worth += 0.10 if traits.names else 0
    worth += 0.12 if SUPERLATIVE.search(text) else 0
    worth += 0.15 if CONTRAST.search(text) else 0
    worth += 0.25 if traits.quote else 0
    worth += 0.10 if " because " in text else 0
    worth += 0.10 if traits.question else 0
    worth += 0.08 if before is None or before.paragraph != sentence.paragraph else 0
    worth -= 0.25 if traits.words > 40 else 0
    return worth
