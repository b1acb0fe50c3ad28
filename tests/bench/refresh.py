"""``make bench-refresh``: how long from the order of a refresh to its cards.

A stack of its own, which rests, with five feeds on this machine: forty entries, sixteen of them
stories told again, beside the library's sixteen articles. Before each run the pool, the feeds'
validators and the journal of cards and covers are emptied, so that everything is made.

Eight cards are ordered in Airflow, then thirty-two. A browser's event stream tells when a card is
there, and when its cover is. A round with a feed that never answers shows what that costs.
"""

import argparse
import json
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg

from tests.acceptance.airflow import Airflow
from tests.acceptance.running import Stack
from tests.agents.site import Site, open_site
from tests.bench.copied import copied_stack
from tests.bench.feeds import SIXTH, have_hang, lay_feeds
from tests.bench.hops import environment
from tests.bench.steps import PHASES, describe_steps, read_steps

FIRST, EIGHT, MANY = 4.0, 20.0, 75.0
"""Seconds to the first card with its cover, to eight of them, to thirty-two."""
LONGEST = 240.0
RUNS = "/api/v2/dags/snippets/dagRuns"
LOOK = 0.5
"""Seconds between two questions to Airflow, each of which costs its one API server something."""
OnFirst = Callable[[dict[str, Any]], None] | None


@dataclass
class Seen:
    """When which card was there, in seconds since the order."""

    began: float = 0.0
    """A Unix time."""
    first: OnFirst = None
    """Is handed the first card the moment it is told."""
    told: dict[str, float] = field(default_factory=dict)
    covered: dict[str, float] = field(default_factory=dict)

    def note(self, snippet: dict[str, Any]) -> None:
        """An event told a card."""
        now = time.time() - self.began
        self.told.setdefault(snippet["snippet_id"], now)
        if self.first is not None:
            self.first(snippet)
            self.first = None
        if snippet["image_url"]:
            self.covered.setdefault(snippet["snippet_id"], now)


@dataclass(frozen=True)
class Round:
    """One refresh."""

    cards: int
    first_card: float
    first_cover: float
    eighth_cover: float
    last_cover: float
    closed: float
    note: str
    steps: dict[str, dict[str, list[float]]]


class Bench:
    """The stack, as a visitor and as an operator."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.airflow = Airflow(stack)
        bearer = {"Authorization": f"Bearer {stack.token}"}
        self.visitor = httpx.Client(base_url=stack.facade, headers=bearer, timeout=60)

    def empty(self) -> None:
        """Nothing is known of any story; the facade has forgotten its cards too."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            connection.execute(
                "UPDATE topics_snippets SET state = 'retired' WHERE type = 'snippet'"
            )
            self.visitor.get(f"/api/v1/snippets/{uuid.uuid4()}")
            for table in ("topics_snippets", "feeds", "refresh_orders", "pages"):
                connection.execute(f"DELETE FROM {table}".encode())
            connection.execute("DELETE FROM call_journal WHERE kind IN ('snippet', 'image')")

    @contextmanager
    def watching(self, first: OnFirst = None) -> Iterator[Seen]:
        """Follow the events of the pool within the block."""
        seen, ready = Seen(first=first), threading.Event()
        headers = dict(self.visitor.headers) | {"Accept": "text/event-stream"}
        client = httpx.Client(base_url=self.stack.facade, headers=headers, timeout=None)

        def follow() -> None:
            with client.stream("GET", "/api/v1/snippets/events") as answer:
                ready.set()
                for line in answer.iter_lines():
                    if line.startswith("data:") and '"snippet":' in line:
                        seen.note(json.loads(line[5:])["snippet"])

        thread = threading.Thread(target=_quietly, args=(follow,), daemon=True)
        thread.start()
        if not ready.wait(20):
            raise RuntimeError("The events cannot be followed.")
        try:
            yield seen
        finally:
            client.close()

    def order(self, cards: int) -> None:
        """Ask for a refresh in Airflow."""
        body: dict[str, Any] = {
            "dag_run_id": f"bench__{uuid.uuid4()}",
            "logical_date": None,
            "conf": {"limit": cards, "hurry": True, "reason": "bench"},
        }
        self.airflow.client.post(RUNS, json=body).raise_for_status()

    def newest(self) -> dict[str, Any]:
        """The newest run."""
        answer = self.airflow.get(f"{RUNS}?order_by=-run_after&limit=1")["dag_runs"]
        found: dict[str, Any] = answer[0] if answer else {}
        return found

    def wait_for_end(self) -> dict[str, Any]:
        """The newest run, once it has ended."""
        deadline = time.monotonic() + LONGEST
        while (run := self.newest()).get("state") in ("queued", "running"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{run['dag_run_id']} does not end.")
            time.sleep(LOOK)
        return run

    def measure(self, cards: int, first: OnFirst = None) -> Round:
        """Empty the pool, order, and wait for the end."""
        self.wait_for_end()
        self.empty()
        time.sleep(3)
        with self.watching(first) as seen:
            seen.began = time.time()
            self.order(cards)
            run = self.wait_for_end()
            time.sleep(0.5)
        closed = datetime.fromisoformat(run["end_date"]).timestamp() - seen.began
        path = f"{RUNS}/{run['dag_run_id']}/taskInstances?limit=250"
        tasks = self.airflow.get(path)["task_instances"]
        steps = read_steps(self.stack.database_url, run, tasks)
        if len(seen.covered) < cards:
            raise RuntimeError(f"{len(seen.covered)} of {cards} cards have a cover: {run['note']}")
        return Round(
            cards=len(seen.covered), first_card=min(seen.told.values()),
            first_cover=min(seen.covered.values()),
            eighth_cover=sorted(seen.covered.values())[min(8, cards) - 1],
            last_cover=max(seen.covered.values()),
            closed=closed, note=str(run["note"]), steps=steps,
        )  # fmt: skip


def _quietly(follow: Any) -> None:
    """The client is closed under it in the end."""
    try:
        follow()
    except (httpx.HTTPError, RuntimeError, OSError):
        return


def report(name: str, rounds: Sequence[Round]) -> None:
    """A line for each run, then where the time of all went."""
    print(f"{name}")
    for each in rounds:
        all_there = f"all {each.cards} with covers {each.last_cover:.1f} s"
        print(
            f"  first card {each.first_card:.2f} s, with its cover {each.first_cover:.2f} s, "
            f"{all_there}, closed {each.closed:.1f} s"
        )
    print(describe_all(rounds), flush=True)


def describe_all(rounds: Sequence[Round]) -> str:
    """Where the time of all of them went."""
    merged: dict[str, dict[str, list[float]]] = {}
    for each in rounds:
        for task, phases in each.steps.items():
            for phase, seconds in phases.items():
                merged.setdefault(task, {}).setdefault(phase, []).extend(seconds)
    return describe_steps(merged)


def main() -> int:
    """Measure and print; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--many", type=int, default=32, choices=range(9, 41), metavar="9-40")
    asked = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}", flush=True)
    with open_site() as site:
        feeds = lay_feeds(site)
        settings = {
            "AETHERCAST_FEEDS": json.dumps(feeds),
            "AETHERCAST_FETCH_ALLOW_LOOPBACK": "true",
            "AETHERCAST_SNIPPETS_SCHEDULE": "",
            "AETHERCAST_REFRESH_AT_START": "false",
            "AETHERCAST_REFRESH_ON_VISIT": "false",
        }
        with copied_stack(settings) as stack:
            few, many, hanging = measure(Bench(stack), site, asked)
    for phase, meaning in PHASES.items():
        print(f"  {phase:<9} {meaning}")
    return judge([*few, *many, *hanging], few, many)


def measure(
    bench: Bench, site: Site, asked: argparse.Namespace
) -> tuple[list[Round], list[Round], list[Round]]:
    """Eight and many, several times each, and eight while a feed hangs; a first refresh warms up
    and is left out."""
    bench.measure(8)
    few = [bench.measure(8) for _ in range(asked.runs)]
    report("eight cards", few)
    many = [bench.measure(asked.many) for _ in range(asked.runs)]
    report(f"{asked.many} cards", many)
    have_hang(site, SIXTH)
    hanging = [bench.measure(8)]
    report("eight cards, and a sixth feed that never answers", hanging)
    return few, many, hanging


def judge(all_rounds: Sequence[Round], few: Sequence[Round], many: Sequence[Round]) -> int:
    """Compare the medians with what is promised."""
    figures = {
        "first card with its cover": ([each.first_cover for each in all_rounds], FIRST),
        "8 cards with covers": ([each.last_cover for each in few], EIGHT),
        f"{many[0].cards} cards with covers": ([each.last_cover for each in many], MANY),
    }
    kept = True
    for name, (seconds, promised) in figures.items():
        median = statistics.median(seconds)
        kept = kept and median <= promised
        verdict = "kept" if median <= promised else "NOT KEPT"
        print(f"{name}: {median:.2f} s (at most {max(seconds):.2f}); <= {promised:g} s {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
