"""The arithmetic of a player: what is heard follows from when each block came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.blocks import Block
from tests.bench.playing import BLOCK_SECONDS, Playing, TooShort, play

BUFFER = 0.1
Arrivals = list[tuple[Block, float]]


def came(*moments: float) -> Arrivals:
    """Blocks of 20 ms that came at these moments."""
    return [(Block(20 * place, 10 * place + 10), at) for place, at in enumerate(moments)]


def test_what_is_there_before_its_turn_is_heard_without_a_break() -> None:
    heard = play(came(*[7.0] * 50), BUFFER)
    assert heard == Playing(7.0, 0, 0.0, 1.0, 0.0, 1.0, 7.0)


def test_the_margin_is_of_what_came_while_it_was_played() -> None:
    # Begins at 1.0; the 11th block is due at 1.2 and comes at 1.15, the 16th at 1.3 and at 1.2.
    heard = play(came(*[1.0] * 10, *[1.15] * 5, *[1.2] * 5), BUFFER)
    assert (heard.underruns, heard.waited) == (0, 0.0)
    assert heard.margin == pytest.approx(0.05)
    assert heard.closest == pytest.approx(0.2)


def test_a_block_that_comes_too_late_is_waited_for_once_and_shifts_the_rest() -> None:
    # Begins at 1.0; the 11th block is due at 1.2 and comes at 1.5, the last ones long after.
    heard = play(came(*[1.0] * 10, *[1.5] * 10, 9.0), BUFFER)
    assert (heard.started, heard.underruns) == (1.0, 2)
    assert heard.waited == pytest.approx(0.3 + (9.0 - 1.7))
    assert heard.margin == pytest.approx(-7.3)
    assert heard.closest == pytest.approx(0.4)


def test_the_player_begins_when_its_buffer_is_full_and_not_before() -> None:
    assert play(came(0.0, 0.0, 0.0, 0.0, 5.0, 5.0), BUFFER).started == 5.0


def test_a_stream_with_a_hole_or_none_at_all_is_no_stream() -> None:
    with pytest.raises(TooShort):
        play(came(0.0, 0.0), BUFFER)
    with pytest.raises(TooShort):
        play([(Block(0, 1), 0.0), (Block(40, 2), 0.0), *came(0.0)] * 2, BUFFER)


@given(st.lists(st.floats(0, 3), min_size=5, max_size=60).map(sorted))
def test_the_wait_is_the_most_that_any_block_is_behind_an_undisturbed_player(
    moments: list[float],
) -> None:
    heard = play(came(*moments), BUFFER)
    behind = [at - heard.started - place * BLOCK_SECONDS for place, at in enumerate(moments)]
    assert heard.waited == pytest.approx(max(0.0, *behind), abs=1e-4)
    assert (heard.underruns > 0) == (heard.margin < -1e-6)
    assert heard.started == moments[4]
