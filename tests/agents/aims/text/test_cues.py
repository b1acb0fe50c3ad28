"""A specific question is asked only where the next sentence answers it."""

import pytest

from agents.aims.text.grounded.cues import YEAR, find_cues
from agents.aims.text.grounded.document import read_document
from agents.aims.text.grounded.names import find_amounts
from agents.aims.text.grounded.phrases import BANK
from agents.aims.text.grounded.traits import read_traits
from agents.pswa.rehearse import read_file
from tests.agents.aims.text.material import lines_of, source, write
from tests.conftest import ROOT

LIBRARY = ROOT / "agents" / "wcha" / "library" / "articles"


def cues(before: str, after: str, last_year: int | None = None, gap: bool = False) -> set[str]:
    """The questions that ``after`` answers, behind ``before`` or after something left out."""
    read = read_document(source(f"{before} {after}"))
    first, second = read.sentences
    earlier = None if gap else first
    found = find_cues(second, read_traits(read)[second.number], earlier, last_year)
    return {cue.category for cue in found}


@pytest.mark.parametrize(
    ("before", "after", "category", "asked"),
    [
        ("Filters were made of cloth.", "In 1908 she patented a filter of paper after experiments.",
         "evidence", False),
        ("Bees follow a dance.", "A study showed in 2023 that bees follow older dancers.",
         "evidence", True),
        ("The lamp hung in a tower.", "A study showed in 2023 that bees learn from others.",
         "evidence", False),
        ("Brazil grew rich.", "The price of this success was paid by others.", "money", False),
        ("The ship was loaded by hand.", "Loading a ship by hand cost nearly 6 dollars a ton.",
         "money", True),
        ("He was not satisfied.", "He won the Nobel Prize in 1904, although late.",
         "numbers", False),
        ("The swarm hangs on a branch.", "Now it needs a new home.", "today", False),
        ("The corals kept the days.", "The year was as long as it is now.", "today", False),
        ("The brush made room.", "Sri Lanka Tea was called a wonder.", "people", False),
        ("The ban did not last.", "A man named Pasqua Rosée began to sell the drink.",
         "people", True),
        ("The heat came.", "Heat made metal longer, and damp spoiled the oil.", "advice", False),
    ],
)  # fmt: skip
def test_one_cue_word_is_not_enough(before: str, after: str, category: str, asked: bool) -> None:
    assert (category in cues(before, after)) is asked


def test_what_came_next_is_asked_only_where_the_year_is_later() -> None:
    before, after = "The rust came in 1869.", "In 1901 Luigi Bezzera applied for a patent."
    assert "next" in cues(before, after, 1869)
    assert "next" not in cues(before, after, 1938)
    assert "next" not in cues(before, after, None)
    assert "jump" in cues(before, after, 1869, gap=True)
    assert "jump" not in cues(before, after, 1901, gap=True)


def test_a_gap_is_no_consequence() -> None:
    found = cues("The mill burned.", "In 1901 Luigi Bezzera applied for a patent.", 1869, gap=True)
    assert found <= {"jump", "people"}


def test_a_year_before_a_comma_is_no_amount() -> None:
    assert find_amounts("He won the prize in 1904, although late.") == []


def test_a_jump_in_time_is_announced_only_before_a_later_year() -> None:
    jumps = 0
    for article in sorted(LIBRARY.glob("*.md")):
        lines = lines_of(write([read_file(article)], minutes=3))
        for place, line in enumerate(lines):
            if line.text in BANK["jump"]:
                jumps += 1
                years = [int(y) for x in lines[:place] for y in YEAR.findall(x.text)]
                later = [int(y) for y in YEAR.findall(lines[place + 1].text)]
                assert later[0] > years[-1]
    assert jumps
