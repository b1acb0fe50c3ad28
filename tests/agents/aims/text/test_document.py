"""A source is cut into sentences whose spans slice to exactly their words."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from agents.aims.text.grounded.document import clean_heading, clean_title, read_document, segment
from agents.aims.text.request import Heading, Source
from tests.agents.aims.text.material import ALL, document, source


def texts(text: str, *headings: str) -> list[str]:
    return [s.text for s in read_document(source(text, headings=headings)).sentences]


@pytest.mark.parametrize("name", ALL)
def test_every_span_slices_to_its_sentence(name: str) -> None:
    given = document(name)
    for sentence in read_document(given).sentences:
        assert " ".join(given.text[sentence.start : sentence.end].split()) == sentence.text


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    text = "Dr. A. Okafor left the U.S. on Jan. 5 with 3.5 million samples. It was 5 p.m. by then."
    assert len(texts(text)) == 2


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = "The mill stood on the\nriver for two hundred\nyears. Nobody ran it."
    assert texts(wrapped) == [
        "The mill stood on the river for two hundred years.", "Nobody ran it.",
    ]  # fmt: skip


def test_a_quotation_over_two_sentences_stays_whole() -> None:
    text = 'She smiled. "We were tired. We kept going," said Ada. Then it rained.'
    assert '"We were tired. We kept going," said Ada.' in texts(text)


def test_headings_are_no_sentences_and_open_sections() -> None:
    text = "It began.\n\nThe fall\nThe tower fell. Nobody was hurt."
    read = read_document(source(text, headings=("The fall",)))
    assert [s.heading for s in read.sections] == [None, "The fall"]
    assert [s.text for s in read.sentences] == ["It began.", "The tower fell.", "Nobody was hurt."]


def test_headings_may_be_left_out_of_the_text() -> None:
    text = "It began.\n\nThe fall came early. Nobody was hurt."
    outline = [Heading(level=2, text="The fall", start=text.index("The fall"))]
    read = read_document(Source(id="a", title="", text=text, outline=outline))
    assert [s.heading for s in read.sections] == [None, "The fall"]
    assert [s.text for s in read.sentences][1:] == ["The fall came early.", "Nobody was hurt."]


def test_a_heading_that_repeats_the_title_opens_no_section_of_that_name() -> None:
    read = read_document(source("A title\n\nIt began.", headings=("A title",)))
    assert [s.heading for s in read.sections] == [None, None]


def test_items_of_lists_are_marked() -> None:
    text = "Do not add these:\n\n- Meat, which attracts rats.\n- Bones are slow to rot.\n"
    assert [s.item for s in read_document(source(text)).sentences] == [False, True, True]


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("The Mill | Daily News", "The Mill"),
        ("notes_on_tides.txt", "notes on tides"),
        ("Ada Lovelace - Wikipedia", "Ada Lovelace"),
        ("A well-kept mill", "A well-kept mill"),
    ],
)
def test_titles_are_made_fit_for_speech(given: str, spoken: str) -> None:
    assert clean_title(given) == spoken


def test_numbers_of_headings_go() -> None:
    assert clean_heading("3.2 The fall.") == "The fall"


def test_threads_that_cut_at_once_cut_as_one_alone() -> None:
    mill = "The mill burned in 1740. Nobody rebuilt it. The river moved on to the east. " * 3
    bees = "Scout bees dance for nest sites. A quorum of twenty gathers. The losers stop. " * 3
    alone = {text: segment(text, 0, len(text)) for text in (mill, bees)}
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            asked = [mill, bees] * 60
            cut = list(threads.map(lambda text: segment(text, 0, len(text)), asked))
    finally:
        sys.setswitchinterval(before)
    assert cut == [alone[text] for text in asked]
