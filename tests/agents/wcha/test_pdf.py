"""PDF: columns, running heads, hyphens, headings by size, what cannot be read."""

import re

import pytest

from agents.wcha.errors import ImageOnlySource
from agents.wcha.extract import extract
from agents.wcha.library import read_articles
from agents.wcha.settings import HarvestSettings
from tests.agents.wcha.paper import Paper, wrap

ARTICLE = next(a for a in read_articles() if a.document_id == "library/tides")
PARTS = ARTICLE.body.split("\n\n")
PROSE = [" ".join(part.split()) for part in PARTS if not part.startswith("#")]
HEADINGS = [part.strip("# ") for part in PARTS if part.startswith("#")]


def one_column() -> bytes:
    paper, number, y = Paper("Tides", "Ann Other"), 0, 1000.0
    for part in ["", *PARTS]:
        lines = [part.strip("# ")] if part.startswith("#") else wrap(part, 88)
        for line in lines:
            if y > 760:
                number, y = number + 1, 80.0
                paper.page().line("Journal of Seas, Vol. 7", 60, 30)
                paper.line(f"{number}", 297, 820)
                if number == 1:
                    paper.line("Why the Sea Has Tides", 60, 90, 22, bold=True)
                    y = 130.0
            paper.line(line, 60, y, 14 if part.startswith("#") else 10.5, part.startswith("#"))
            y += 22 if part.startswith("#") else 14
        y += 8
    return paper.bytes()


def two_columns() -> bytes:
    paper = Paper().page()
    paper.line("A Paper on Tides in Two Columns", 60, 60, 20, bold=True)
    x, y, number = 50.0, 110.0, 1
    for part in PARTS:
        heading = part.startswith("#")
        for index, line in enumerate([part.strip("# ")] if heading else wrap(part, 44)):
            if y > 770 and x > 50:
                paper.line(f"Page {number}", 280, 815, 8)
                paper.page()
                x, y, number = 50.0, 60.0, number + 1
            elif y > 770:
                x, y = 310.0, 110.0 if number == 1 else 60.0
            y += 8 if heading else 0
            paper.line(
                line,
                x + (10 if index == 0 and not heading else 0),
                y,
                12 if heading else 10,
                heading,
            )
            y += 18 if heading else 12.5
    return paper.bytes()


@pytest.mark.parametrize("make", [one_column, two_columns])
def test_a_set_article_is_read_back_word_for_word(make: "type[bytes]") -> None:
    found = extract(make())
    assert found.body.split("\n\n") == PROSE
    assert [h["text"] for h in found.outline] == HEADINGS
    for heading in found.outline:
        after = ARTICLE.body.split(heading["text"], 1)[1].strip()
        assert found.body[heading["start"] :][:40] == " ".join(after.split())[:40]


def test_title_and_author_are_found() -> None:
    found = extract(one_column())
    assert (found.title, found.author) == ("Why the Sea Has Tides", "Ann Other")


def test_words_broken_at_a_lines_end_are_joined() -> None:
    paper = Paper().page()
    paper.block(
        ["The old harbour was for many years the busi-", "est on the coast, and a well-known en-",
         "gineer, a truly well-", "known one, praised it in words that nobody there",
         "has forgotten to this day, although the ships are gone",
         "and the quays are overgrown with grass and weeds."],
        60, 100,
    )  # fmt: skip
    body = extract(paper.bytes()).body
    assert "the busiest on the coast" in body
    assert "a well-known engineer, a truly well-known one" in body


def test_captions_and_footnotes_are_left_out() -> None:
    paper = Paper().page()
    y = paper.block(wrap(" ".join(PROSE[:2]), 80), 60, 100)
    paper.line("Figure 3: Height of the tide at Saint John.", 60, y + 20)
    y = paper.block(wrap(PROSE[2], 80), 60, y + 60)
    paper.line("1 A note in small print that nobody would read aloud to anybody.", 60, 700, 7.5)
    body = extract(paper.bytes()).body
    assert "Figure" not in body
    assert "small print" not in body
    assert PROSE[2] in body


def test_pages_of_pictures_are_no_text() -> None:
    paper = Paper()
    for _ in range(2):
        paper.page().picture()
    with pytest.raises(ImageOnlySource, match="pictures of pages"):
        extract(paper.bytes())


def test_no_more_pages_are_read_than_allowed() -> None:
    paper = Paper()
    for number in range(6):
        paper.page().block(wrap(f"This is page {number}. " + PROSE[3], 80), 60, 140)
    body = extract(paper.bytes(), HarvestSettings(source_max_pages=2)).body
    assert re.findall(r"This is page (\d)", body) == ["0", "1"]
