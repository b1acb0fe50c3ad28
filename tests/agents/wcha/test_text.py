"""Bodies are clean, and headings point exactly where their sections begin."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agents.wcha.text import Block, assemble, clean, clean_prose, shorten

blocks = st.lists(st.builds(Block, st.text(max_size=60), st.integers(0, 6)), max_size=20)


def is_clean(text: str) -> bool:
    return not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in text)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_prose(text)
    assert clean_prose(once) == once
    assert is_clean(once)
    assert unicodedata.is_normalized("NFC", once)
    assert "  " not in once
    assert once == once.strip()


@given(blocks)
def test_headings_point_at_paragraphs(found: list[Block]) -> None:
    body, outline = assemble(found)
    paragraphs = body.split("\n\n") if body else []
    starts = {0}
    for paragraph in paragraphs[:-1]:
        starts.add(max(starts) + len(paragraph) + 2)
    assert all(heading["start"] in starts for heading in outline)
    assert all(is_clean(paragraph) for paragraph in paragraphs)
    assert [h["start"] for h in outline] == sorted(h["start"] for h in outline)


def test_a_section_begins_where_its_heading_says() -> None:
    found = [
        Block("Title", 1), Block("An opening."), Block("First", 2), Block("One."), Block("Two."),
        Block("Second", 2), Block("Detail", 3), Block("Three."), Block("Nothing follows", 2),
    ]  # fmt: skip
    body, outline = assemble(found, "Title")
    assert body == "An opening.\n\nOne.\n\nTwo.\n\nThree."
    assert [(h["level"], h["text"], body[h["start"] :][:4]) for h in outline] == [
        (2, "First", "One."),
        (2, "Second", "Thre"),
        (3, "Detail", "Thre"),
    ]


def test_a_heading_without_text_of_its_own_gives_way_to_its_sibling() -> None:
    _, outline = assemble([Block("Empty", 2), Block("Full", 2), Block("Text.")])
    assert [h["text"] for h in outline] == ["Full"]


def test_what_is_cleaned_and_what_is_kept() -> None:
    assert clean("a\u00a0b\u200bc\x07 \ufb01sh cafe\u0301") == "a bc fish café"
    assert clean_prose("It is so.[12] And so [3][citation needed] .") == "It is so. And so."
    assert clean_prose("“Quotes” stay, and ‘these’ too.") == "“Quotes” stay, and ‘these’ too."


def test_a_text_is_shortened_at_a_paragraph() -> None:
    found = [Block("a" * 60), Block("b" * 60), Block("c" * 60)]
    assert shorten(found, 130) == (found[:2], True)
    assert shorten(found, 180) == (found, False)
