"""``make bench-stop``: how soon an agent is still whose task somebody stopped.

A stack of its own, which rests. Podcasts are asked for one after another, each by a caller nobody
knows, and each is stopped while its writer is between two parts, or while its voice speaks: by the
caller's DELETE, by an operator's Mark failed, by an operator's Clear. The writer is held at the
second part, so that nothing is finished before it is stopped.

Told for each: seconds from the answer of that request until the dispatch is revoked and its key
free, and until the worker's thread is given back. Beside them stands what Airflow said of the task
just before: a running one hears of it by its heartbeat, a deferred one by its trigger, and whoever
is at work for one that was marked or whose workflow was closed is told at once.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from tests.acceptance.api import Document
from tests.acceptance.conftest import SOURCES
from tests.acceptance.interventions import Work, is_over, somebody
from tests.acceptance.running import Stack
from tests.acceptance.slow_models import HeldModels, slow_models
from tests.agents.processes import until
from tests.bench.copied import copied_stack
from tests.bench.hops import environment
from tests.bench.queries import read_query

PROMISED = 5.0
"""Seconds, by the median of each way at each stage."""
LONGEST = 90.0
SETTINGS = {
    "AETHERCAST_SNIPPETS_SCHEDULE": "",
    "AETHERCAST_REFRESH_AT_START": "false",
    "AETHERCAST_REFRESH_ON_VISIT": "false",
}
STAGES = {"writing": ("weave_script", "slow-worker-pswa"), "voice": ("forge_voice", "worker-vfa")}
WAYS: dict[str, Callable[[Work, str], None]] = {
    "DELETE": lambda work, _: work.delete(),
    "mark failed": Work.mark,
    "clear": Work.clear,
}
_AT_WORK = read_query("at_work")


@dataclass(frozen=True)
class Stop:
    """One podcast that was stopped. Seconds since the request was answered."""

    stage: str
    way: str
    state: str | None
    """Of the task in Airflow, just before."""
    revoked: float
    """Until the dispatch was revoked and its key free."""
    returned: float
    """Until the worker's thread was given back."""


class Bench:
    """The stack, as callers and an operator have it."""

    def __init__(self, stack: Stack, models: HeldModels) -> None:
        self.stack = stack
        self.models = models
        self._text = (SOURCES / "keepers.md").read_text(encoding="utf-8")

    def stop(self, stage: str, way: str) -> Stop:
        """Have a podcast come to a stage and stop it there."""
        self._rest()
        case = f"stop-{uuid4()}"
        work, (task, worker) = self._begin(case, stage), STAGES[stage]
        sent, state = work.dispatch(task), work.task_state(task)
        WAYS[way](work, task)
        answered = time.monotonic()
        ends = (lambda: is_over(work.dispatched(sent)), lambda: work.is_returned(sent, worker))
        revoked, returned = watch(answered, ends)
        work.caller.client.delete(f"/api/v1/podcasts/{work.podcast_id}")
        self.models.writer.let_go(case)
        return Stop(stage, way, state, revoked, returned)

    def _begin(self, case: str, stage: str) -> Work:
        self.models.writer.hold(case)
        caller = somebody(self.stack, case)
        body: Document = {
            "topic": "The keepers of the light",
            "sources": [{"title": "The keepers", "text": self._text}],
            "user_preferences": {"length_minutes": 1, "format": "brief", "persona": case},
        }
        answer = caller.ask(body)
        answer.raise_for_status()
        work = Work(self.stack, caller, answer.json()["podcast_id"])
        if stage == "writing":
            caller.wait_for_agent(work.podcast_id, "PSWA", done=1)
        else:
            caller.wait_for_agent(work.podcast_id, "VFA", done=2)
            work.wait_until(lambda: work.task_state("forge_voice") == "deferred")
        return work

    def _rest(self) -> None:
        """Wait until nothing is being made, or stopped."""

        def is_at_rest() -> bool:
            with psycopg.connect(self.stack.database_url) as connection:
                row = connection.execute(_AT_WORK.encode()).fetchone()
            return row is not None and not row[0]

        until(is_at_rest, LONGEST)
        time.sleep(1)


def watch(since: float, ends: Sequence[Callable[[], bool]]) -> list[float]:
    """When each of these came true, in seconds since a moment."""
    moments: dict[int, float] = {}
    while len(moments) < len(ends):
        for number, has_come in enumerate(ends):
            if number not in moments and has_come():
                moments[number] = time.monotonic() - since
        if time.monotonic() - since > LONGEST:
            raise RuntimeError(f"Not stopped within {LONGEST:.0f} s.")
        time.sleep(0.02)
    return [moments[number] for number in range(len(ends))]


def measure(bench: Bench, runs: int) -> list[Stop]:
    """Each way at each stage, so many times, a line for each."""
    bench.stop("writing", "DELETE")
    stops = []
    for _ in range(runs):
        for stage in STAGES:
            for way in WAYS:
                stop = bench.stop(stage, way)
                print(
                    f"{stage:<8} {way:<12} {stop.state:<9} revoked, key free {stop.revoked:5.2f} s"
                    f"   thread given back {stop.returned:5.2f} s",
                    flush=True,
                )
                stops.append(stop)
    return stops


def judge(stops: Sequence[Stop]) -> int:
    """Print least, median and most of each, and compare the medians with what is promised."""
    kept = True
    print(f"{'seconds':<22}{'until':<20}{'least':>7}{'median':>8}{'most':>7}")
    for stage in STAGES:
        for way in WAYS:
            these = [stop for stop in stops if (stop.stage, stop.way) == (stage, way)]
            for name, told in (("revoked", "revoked, key free"), ("returned", "thread given back")):
                seconds = [float(getattr(stop, name)) for stop in these]
                median = statistics.median(seconds)
                kept = kept and median <= PROMISED
                figures = f"{min(seconds):7.2f}{median:8.2f}{max(seconds):7.2f}"
                print(f"{stage + ', ' + way:<22}{told:<20}{figures}")
    print(f"medians <= {PROMISED:g} s: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


def as_raw(stops: Sequence[Stop]) -> str:
    """All figures."""
    told: list[dict[str, Any]] = [asdict(stop) for stop in stops]
    return "raw " + json.dumps(told)


def main() -> int:
    """Measure and print; 1 where the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each way at each stage")
    asked = parser.parse_args()
    with copied_stack(SETTINGS) as stack, slow_models(stack) as models:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}", flush=True)
        stops = measure(Bench(stack, models), asked.runs)
        print(f"load afterwards: {environment().partition('load ')[2].partition(',')[0]}")
    print(as_raw(stops))
    return judge(stops)


if __name__ == "__main__":
    sys.exit(main())
