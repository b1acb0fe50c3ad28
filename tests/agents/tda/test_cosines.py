"""Cosines summed up over shared words are those of all words."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tda import features, feeds, library
from agents.tda.cosines import compare
from agents.tda.settings import DiscoverySettings

Bags = st.lists(st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 4)), max_size=20)


@given(Bags)
@settings(max_examples=40, deadline=None)
def test_they_are_those_of_all_words(bags: list[dict[str, int]]) -> None:
    found = compare([Counter(bag) for bag in bags], lambda word: 1 + ord(word) / 50)
    vectors = np.array([[bag.get(word, 0) * (1 + ord(word) / 50) for word in "abcdefghij"]
                        for bag in bags]).reshape(len(bags), 10)  # fmt: skip
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = (vectors / np.where(lengths, lengths, 1)) @ (
        vectors / np.where(lengths, lengths, 1)
    ).T
    assert np.allclose(found, expected, atol=1e-5)
    assert (found == found.T).all()


def test_what_one_discovery_compares_is_all_kept() -> None:
    """Texts read in turn, one more than are kept: none would be there the next time."""
    bounds = DiscoverySettings()
    compared = feeds.MOST_ITEMS + library.MOST + bounds.match_newest + bounds.match_nearest
    assert 1.5 * compared <= features._KEPT  # a topic has more texts than one
