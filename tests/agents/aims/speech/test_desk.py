"""Who is heard first is spoken first, and everyone is spoken."""

import threading
import uuid
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.aims.speech.audio import Samples
from agents.aims.speech.backend import Voice
from agents.aims.speech.desk import Job, Line, SpeechDesk
from agents.aims.speech.lane import FURTHEST_DUE_SECONDS
from agents.aims.speech.shelf import Shelf
from sql.pool import open_pool
from sql.settings import DatabaseSettings
from streamer.media.local import LocalStore
from tests.conftest import create_database

HOUR = FURTHEST_DUE_SECONDS


class Humming:
    """Hums each line at once.

    Some it holds until it is let go on, and some it ends only when every worker has one of them.
    """

    name = "humming"
    voices: Mapping[str, Voice] = {"hum": Voice("hum", "unknown", "", "hum", "hum")}

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.spoken: list[str] = []
        self.go_on = threading.Event()
        self.all_held = threading.Barrier(workers + 1)
        self.all_met = threading.Barrier(workers)

    def warm(self) -> None:
        return

    def speak(self, text: str, voice: str, rate: float) -> Samples:
        if text.startswith("hold"):
            self.all_held.wait(20)
            self.go_on.wait(20)
        else:
            self.spoken.append(text)
            if text.startswith("meet"):
                self.all_met.wait(20)
        return np.full(24, 0.1, dtype=np.float32)


@pytest.fixture(scope="module")
def shelf(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    url = create_database(postgres_server, template_database)
    pool = open_pool(DatabaseSettings(database_url=url))
    yield Shelf(pool, LocalStore(tmp_path_factory.mktemp("shelf")))
    pool.close()


class Held:
    """A desk all of whose workers are busy, so that what is handed in waits."""

    def __init__(self, shelf: Shelf, workers: int = 1) -> None:
        self.backend = Humming(workers)
        self.desk = SpeechDesk(self.backend, shelf)
        self._life = uuid.uuid4().hex
        for n in range(workers):
            self.hand_in(f"hold {n}", 0.0)
        self.backend.all_held.wait(20)

    def hand_in(self, text: str, due: float | None) -> Job:
        return self.desk.submit(f"{self._life}-{text}", Line(text, "hum"), due)

    def withdraw(self, text: str) -> None:
        self.desk.withdraw(f"{self._life}-{text}")

    def let_go(self, *jobs: Job) -> list[str]:
        """What was spoken, in order, once the jobs are done."""
        self.backend.go_on.set()
        for job in jobs:
            job.done.result(20)
        self.desk.close()
        return self.backend.spoken


lines = st.tuples(st.just("line"), st.one_of(st.none(), st.integers(0, 12)))
again = st.tuples(st.sampled_from(["join", "withdraw"]), st.integers(0, 12))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(lines, lines, again), max_size=10))
def test_no_line_is_spoken_after_one_that_is_due_later(
    shelf: Shelf, steps: list[tuple[str, int | None]]
) -> None:
    """Against a sorted list. A due is a moment: of two equal waits the first asked is due first."""
    held, dues, jobs = Held(shelf), dict[str, tuple[float, int]](), dict[str, Job]()
    for number, (step, amount) in enumerate(steps):
        name = f"line {number}"
        if step == "withdraw" and dues:
            name = list(dues)[(amount or 0) % len(dues)]
            held.withdraw(name)
            del dues[name], jobs[name]
        elif step == "join" and dues:
            name = list(dues)[(amount or 0) % len(dues)]
            assert held.hand_in(name, 120.0) is jobs[name]
            dues[name] = min(dues[name], (120.0, number))
        elif step == "line":
            minutes = None if amount is None else 60.0 * amount
            jobs[name] = held.hand_in(name, minutes)
            dues[name] = (HOUR if minutes is None else minutes, number)
    spoken = held.let_go(*jobs.values())
    assert spoken == sorted(dues, key=dues.__getitem__)


def test_every_worker_of_a_lane_takes_the_nearest(shelf: Shelf) -> None:
    """Three lines are taken before any of them is spoken to its end, and then the next three."""
    held = Held(shelf, workers=3)
    jobs = [held.hand_in(f"meet {n}", 60.0 * (9 - n)) for n in range(9)]
    spoken = held.let_go(*jobs)
    rounds = [set(spoken[place : place + 3]) for place in (0, 3, 6)]
    assert rounds == [{f"meet {n}" for n in names} for names in ((8, 7, 6), (5, 4, 3), (2, 1, 0))]


def test_what_nobody_waits_for_is_not_put_off_for_ever(shelf: Shelf) -> None:
    """Its due is a moment like any other: whoever comes later, and is due later, comes after it."""
    held = Held(shelf)
    patient = held.hand_in("patient", None)
    late = [held.hand_in(f"late {n}", HOUR * 5) for n in range(5)]
    urgent = held.hand_in("urgent", HOUR - 60)
    assert held.let_go(patient, urgent, *late)[:2] == ["urgent", "patient"]


def test_a_line_at_work_is_not_disturbed(shelf: Shelf) -> None:
    held = Held(shelf)
    job = held.hand_in("hold 0", 0.0)
    held.withdraw("hold 0")
    assert held.let_go(job) == []
    assert job.synthesized


def test_a_lane_that_is_closed_drops_what_waits(shelf: Shelf) -> None:
    held = Held(shelf)
    waiting = held.hand_in("never", 0.0)
    closing = threading.Thread(target=held.desk.close)
    closing.start()
    while held.desk._lanes["hum"]._open:
        pass
    held.backend.go_on.set()
    closing.join(20)
    assert held.backend.spoken == []
    assert not waiting.done.done()


def test_one_line_s_fault_does_not_stop_the_lane(shelf: Shelf) -> None:
    held = Held(shelf)
    held.desk._lanes["hum"].add(lambda: 1 / 0, 0.0)  # type: ignore[arg-type]
    job = held.hand_in("still spoken", 0.0)
    assert held.let_go(job) == ["still spoken"]
