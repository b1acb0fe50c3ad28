"""The gate reads a source paragraph by paragraph, and finds what a reader of the whole finds."""

import pytest

from agents.aims.text.grounded.document import read_document
from agents.pswa.pages import Page
from tests.agents.aims.text.material import ALL, document


@pytest.mark.parametrize("name", ALL)
def test_a_span_touches_the_same_sentences_as_in_the_whole(name: str) -> None:
    source = document(name)
    whole, page = read_document(source), Page(source)
    for start in range(0, len(source.text), 97):
        for end in (start + 1, start + 60, start + 900):
            expected = [
                (s.start, s.end) for s in whole.sentences if s.start < end and s.end > start
            ]
            assert [(s.start, s.end) for s in page.touched(start, end)] == expected


@pytest.mark.parametrize("name", ALL)
def test_the_sentence_before_is_the_same_as_in_the_whole(name: str) -> None:
    source = document(name)
    whole, page = read_document(source), Page(source)
    for sentence in whole.sentences:
        [own] = page.touched(sentence.start, sentence.end)
        other = whole.sentences[sentence.number - 1] if sentence.number else None
        expected = other.start if other and other.section == sentence.section else None
        before = page.before(own)
        assert (before.start if before else None) == expected
        assert (own.text, own.item, own.section) == (
            sentence.text, sentence.item, sentence.section,
        )  # fmt: skip
    assert (page.title, page.author, page.sections) == (whole.title, whole.author, whole.sections)


def test_only_what_is_asked_for_is_cut_up() -> None:
    page = Page(document(ALL[0]))
    page.touched(0, 10)
    assert len(page._cut) <= 2 < len(page.paragraphs)
