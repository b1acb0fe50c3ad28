"""Who starves among several podcasts."""

from tests.bench.four import LATEST, starved
from tests.bench.playback import Heard
from tests.bench.player import Played
from tests.bench.playing import Playing


def heard(topic: str, first_audio: float, arrived: float, played: Played | None = None) -> Heard:
    """One that was asked for at 100."""
    playing = Playing(101.0, 0, 0.0, 1.0, 0.0, 60.0, 100.0 + arrived)
    return Heard(topic, 100.0, first_audio, playing, played)


def test_who_has_no_word_before_another_has_its_last_starves() -> None:
    quick, late, last = heard("a", 1.0, 15.0), heard("b", 14.0, 90.0), heard("c", 16.0, 99.0)
    assert starved([quick, late, last]) == [last]
    assert starved([quick, late]) == []


def test_who_waits_too_long_for_a_first_word_starves_whoever_is_done() -> None:
    assert starved([heard("a", 1.0, 90.0), heard("b", LATEST, 95.0)]) == []
    late = heard("b", LATEST + 0.1, 95.0)
    assert starved([heard("a", 1.0, 90.0), late]) == [late]


def test_an_underrun_of_either_player_counts() -> None:
    assert heard("a", 1.0, 2.0).dry == 0
    assert heard("a", 1.0, 2.0, Played(2, 0.5, 60.0)).dry == 2


def test_a_player_that_did_not_hear_all_of_it_is_no_good_one() -> None:
    assert heard("a", 1.0, 2.0).is_smooth
    assert heard("a", 1.0, 2.0, Played(0, 0.0, 60.0)).is_smooth
    assert not heard("a", 1.0, 2.0, Played(1, 0.5, 60.0)).is_smooth
    assert not heard("a", 1.0, 2.0, Played(0, 0.0, 59.98)).is_smooth
    assert not heard("a", 1.0, 2.0, Played(0, 0.0, 60.0, "consumer_too_slow")).is_smooth
