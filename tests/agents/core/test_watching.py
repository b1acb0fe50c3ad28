"""A long call is heard to its end, or given up as soon as it is not wanted."""

import threading
import time

import psycopg
import pytest

from agents.errors import Cancelled
from agents.watching import LOOK_SECONDS, once_a_second, watched


class Checkpoint:
    """Says that all is well so many times, and then this."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked = threading.Event()

    def __call__(self) -> None:
        self.asked.set()
        if self.error is not None:
            raise self.error


def test_what_the_work_gives_is_given() -> None:
    assert watched(lambda: 7, Checkpoint(Cancelled())) == 7


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 // 0, Checkpoint())


def test_what_nobody_wants_is_given_up_and_goes_unheard() -> None:
    done, given_up = threading.Event(), threading.Event()
    with pytest.raises(Cancelled):
        watched(lambda: done.wait(60), Checkpoint(Cancelled()), given_up.set)
    assert given_up.is_set()
    assert not done.is_set()
    done.set()


def test_a_database_that_is_away_costs_no_answer() -> None:
    """A call to a model is paid for, whoever is away meanwhile."""
    away = Checkpoint(psycopg.OperationalError("gone"))
    assert watched(lambda: away.asked.wait(60), away, pytest.fail) is True


def test_work_in_small_pieces_is_looked_at_now_and_then() -> None:
    wanted = Checkpoint(Cancelled())
    look = once_a_second(wanted)
    for _ in range(1000):
        look()
    assert not wanted.asked.is_set()
    time.sleep(LOOK_SECONDS)
    with pytest.raises(Cancelled):
        look()
