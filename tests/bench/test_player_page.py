"""What the page's player is held to."""

from dataclasses import replace

import pytest

from tests.bench.player_page import SOON, HalfHour, judge

GOOD = HalfHour("ended", 1800.04, 1800.0, True, [])


def test_a_player_that_begins_soon_and_plays_it_all_is_good() -> None:
    assert judge([0.2, SOON], GOOD) == []


@pytest.mark.parametrize(
    "flaw",
    [
        {"state": "error"}, {"place": 1799.0}, {"whole": False}, {"complaints": ["a policy"]},
    ],
)  # fmt: skip
def test_each_flaw_of_the_half_hour_is_told(flaw: dict[str, object]) -> None:
    assert len(judge([0.2], replace(GOOD, **flaw))) == 1  # type: ignore[arg-type]


def test_one_late_beginning_is_too_late() -> None:
    assert len(judge([0.2, SOON + 0.01], GOOD)) == 1
