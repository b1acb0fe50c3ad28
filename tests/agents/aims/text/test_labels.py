"""What the parts are called: a chapter is the source's own heading or a plain label, never a cut
sentence, and no two are alike."""

import pytest

from tests.agents.aims.text.material import ALL, document, plan

PLAIN = ("Introduction", "Part ", "To take away", "One last thing", "Sources")


def labels(name: str, minutes: float = 3) -> list[str]:
    return [part.heading for part in plan([document(name)], minutes=minutes).parts]


@pytest.mark.parametrize("minutes", [1, 3, 6])
@pytest.mark.parametrize("name", ALL)
def test_a_part_bears_a_heading_of_its_source_or_a_plain_label(name: str, minutes: float) -> None:
    headings = {heading.text for heading in document(name).outline}
    for label in labels(name, minutes):
        own = label.split(", continued")[0].split(", part ")[0]
        assert own in headings or label.startswith(PLAIN)


@pytest.mark.parametrize("name", ALL)
def test_no_two_parts_are_called_the_same(name: str) -> None:
    found = labels(name, 6)
    assert len(set(found)) == len(found)


def test_what_comes_before_the_first_heading_is_the_introduction() -> None:
    assert labels("tides_science")[0] == "Introduction"


def test_a_source_that_opens_without_a_heading_gives_its_title() -> None:
    sources = [document("bridge_history", 0), document("harbour_news", 1)]
    found = [part.heading for part in plan(sources, minutes=3, topic="bad winters").parts]
    assert found[0] == "Introduction"
    assert document("harbour_news").title in found


def test_the_last_part_is_named_by_what_it_is() -> None:
    assert labels("astronomer_biography")[-1] == "Last years"
