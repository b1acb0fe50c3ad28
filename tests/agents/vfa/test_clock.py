"""When a listener needs a line, who began with the first one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.vfa.clock import Clock, estimate_seconds

BUFFER = 2.0


class Time:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_line_is_due_at_once_and_the_next_when_it_has_been_heard() -> None:
    time = Time()
    clock = Clock(BUFFER, time)
    assert clock.due_in(0.0) == 0.0
    clock.note_recorded(5.0)
    assert clock.due_in(0.0) == BUFFER + 5.0
    time.now += 3.0
    assert clock.due_in(0.0) == BUFFER + 2.0
    assert clock.due_in(4.0) == BUFFER + 6.0


def test_a_listener_who_had_to_wait_takes_some_in_hand_again() -> None:
    time = Time()
    clock = Clock(BUFFER, time)
    clock.note_recorded(5.0)
    time.now += 60.0
    assert clock.due_in(0.0) == 0.0
    clock.note_recorded(9.0)
    assert clock.due_in(0.0) == BUFFER + 4.0


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 20)), max_size=20), st.floats(0, 60))
def test_a_clock_told_later_says_what_one_says_that_was_there(
    steps: list[tuple[float, float]], since: float
) -> None:
    time, length, lines = Time(), 0.0, []
    there, later = Clock(BUFFER, time), Clock(BUFFER, time)
    for passed, seconds in steps:
        time.now += passed
        length += seconds
        there.note_recorded(length)
        lines.append((length, time.now))
    time.now += since
    for recorded, moment in lines:
        later.note_recorded(recorded, time.now - moment)
    for ahead in (0.0, 5.0):
        assert later.due_in(ahead) == pytest.approx(there.due_in(ahead), abs=1e-6)


@given(st.lists(st.tuples(st.floats(-4000, 4000), st.floats(0.1, 20)), min_size=1, max_size=9))
def test_a_database_whose_clock_was_set_puts_no_line_off(lines: list[tuple[float, float]]) -> None:
    clock, length = Clock(BUFFER, Time()), 0.0
    for seconds_ago, seconds in lines:
        length += seconds
        clock.note_recorded(length, seconds_ago)
    assert 0.0 <= clock.due_in(0.0) <= BUFFER + length + 1e-6


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 20)), max_size=20))
def test_dues_are_never_past_and_never_before_those_of_earlier_lines(
    steps: list[tuple[float, float]],
) -> None:
    time, length = Time(), 0.0
    clock = Clock(BUFFER, time)
    for passed, seconds in steps:
        time.now += passed
        length += seconds
        clock.note_recorded(length)
        dues = [clock.due_in(ahead) for ahead in (0.0, 1.0, 5.0)]
        assert dues == sorted(dues)
        assert 0.0 <= dues[0] <= BUFFER + length + 1e-6


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_a_line_s_length_is_told_from_its_letters(rate: float) -> None:
    assert estimate_seconds("x" * 160, rate) == pytest.approx(10 / rate + 0.35)
