"""Markers give way to a question; what only looks like one stays."""

import pytest

from agents.aims.text.grounded.markers import drop_marker, find_marker


@pytest.mark.parametrize(
    ("text", "link", "rest"),
    [
        ("Thus no letter arrived.", "consequence", "No letter arrived."),
        ("As a result, the piers failed.", "consequence", "The piers failed."),
        ("For example, the trench took weeks.", "example", "The trench took weeks."),
        ("In addition, the roof leaked.", "addition", "The roof leaked."),
        ("In other words, it floats.", "restatement", "It floats."),
    ],
)
def test_a_marker_is_found_and_dropped(text: str, link: str, rest: str) -> None:
    marker = find_marker(text)
    assert marker is not None
    assert marker.link == link
    assert drop_marker(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "In addition to the roof, the cellar leaked.",
        "As a result of the storm, the piers failed.",
        "Instead, they built a wall.",
        "Otherwise, spread it as it is.",
        "Still, nobody complained.",
        "In fact, it never worked.",
        "Somebody left.",
        "Sofia left.",
    ],
)
def test_words_that_mean_more_than_their_link_are_never_dropped(text: str) -> None:
    assert drop_marker(text) == text


def test_however_is_known_but_stays() -> None:
    marker = find_marker("However, the mill closed.")
    assert marker is not None
    assert (marker.link, marker.length) == ("contrast", 0)
