"""Quotes become spans exactly, or nothing."""

import pytest

from agents.aims.text.quotes import find_quote

TEXT = (
    "The mill   stood\non the river. “It never froze,” she said – not once. The mill stood alone."
)


@pytest.mark.parametrize(
    ("quote", "slice_"),
    [
        ("The mill stood on the river.", "The mill   stood\non the river."),
        ('"It never froze," she said - not once.', "“It never froze,” she said – not once."),
        ("  stood alone. ", "stood alone."),
    ],
)
def test_spaces_quotation_marks_and_dashes_may_differ(quote: str, slice_: str) -> None:
    found = find_quote(TEXT, quote)
    assert found is not None
    assert TEXT[slice(*found)] == slice_


@pytest.mark.parametrize(
    "quote", ["The mill stood by the river.", "It froze", "the mill stood", "", " "]
)
def test_other_words_are_not_found(quote: str) -> None:
    assert find_quote(TEXT, quote) is None


def test_the_search_begins_where_it_is_told() -> None:
    found = find_quote(TEXT, "The mill", 20)
    assert found is not None
    assert found[0] > 20
