"""A dialogue breathes, but never holds its breath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.vfa.pauses import pause_after
from agents.vfa.script import Line


def line(speaker: str, text: str) -> Line:
    return Line(line_id="0.0", speaker=speaker, text=text)


def test_another_speaker_takes_a_little_longer() -> None:
    first = line("host_a", "So it is.")
    assert pause_after(first, line("host_b", "x")) > pause_after(first, line("host_a", "x"))


def test_a_question_hangs_in_the_air_and_an_unfinished_line_does_not() -> None:
    answer = line("host_b", "x")
    pauses = [pause_after(line("host_a", text), answer) for text in ("And", "And.", "And?")]
    assert pauses == sorted(set(pauses))
    assert pause_after(line("host_a", "“Really?”"), answer) == pauses[2]


def test_parts_are_set_apart() -> None:
    assert 0.8 <= pause_after(line("host_a", "The end."), None) <= 1.0


@given(st.sampled_from(["host_a", "host_b"]), st.text(max_size=30))
def test_no_pause_inside_a_part_leaves_its_bounds(speaker: str, text: str) -> None:
    assert 0.25 <= pause_after(line(speaker, text), line("host_a", "x")) <= 0.45


@pytest.mark.parametrize("text", ["", " ", "”"])
def test_nothing_to_end_on_is_no_error(text: str) -> None:
    assert pause_after(line("host_a", text), line("host_a", "x")) > 0
