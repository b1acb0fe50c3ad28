"""Runs Schemathesis in processes of its own, and reads what came of it."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from uuid import uuid4

from api.podcasts.pages import Listed, write_cursor
from api.snippets import cursor as of_cards
from tests.conftest import ROOT

CONFIG = Path(__file__).with_name("schemathesis.toml")
LEAST = 20
"""Examples per operation below which a run is mostly its own start."""


@dataclass(frozen=True)
class Target:
    """What is called, by whom, and what is there to refer to."""

    url: str
    token: str
    source_id: str
    media_token: str
    workflow_id: str
    snippet_id: str
    topic_id: str


@dataclass
class Outcome:
    """What came of a run: cases by phase, mode, operation and status."""

    passed: bool = True
    said: str = ""
    counted: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many requests were generated and answered."""
        return sum(self.counted.values())

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        found: Counter[int] = Counter()
        for name, times in self.counted.items():
            found[int(name.rsplit(" ", 1)[1])] += times
        return found

    def of(self, mode: str) -> int:
        """How many were generated to fit the schema (positive), or not to (negative)."""
        return sum(times for name, times in self.counted.items() if name.split()[1] == mode)


def fuzz(target: Target, folder: Path, examples: int, runs: int = 1, at_least: int = 0) -> Outcome:
    """Run Schemathesis ``runs`` times side by side, each with another seed.

    How many cases come of so many examples is chance: where they are fewer than ``at_least``, it
    is run again with other seeds, a few times at most, for about as many as are missing.
    """
    outcome, wanted = Outcome(), examples
    for number in range(0, 4 * runs, runs):
        seeds = range(number, number + runs)
        for seed, process in [(n, start(target, folder / str(n), wanted, n)) for n in seeds]:
            _take_in(outcome, process, folder / str(seed))
        if outcome.cases >= at_least or not outcome.passed:
            break
        share = (at_least - outcome.cases) / max(1, outcome.cases)
        wanted = min(examples, max(LEAST, ceil(1.3 * examples * share)))
    return outcome


def a_cursor() -> str:
    """A cursor of the list: where a page after the newest podcast begins."""
    last = Listed(
        podcast_id=uuid4(), topic="x", title=None, status="COMPLETED",
        created_at=datetime.now(UTC), duration_seconds=None,
    )  # fmt: skip
    return write_cursor(last)


def a_cursor_of_cards() -> str:
    """A cursor of the pool: where a page after a card that is there no more begins."""
    return of_cards.write_cursor(of_cards.Place(0, 0, frozenset()), [uuid4()])


def start(target: Target, folder: Path, examples: int, number: int) -> "subprocess.Popen[str]":
    """One run; its seed is written at its end, so that it can be repeated."""
    folder.mkdir(parents=True)
    given = {
        "url": target.url, "token": f"Bearer {target.token}", "source_id": target.source_id,
        "media_token": target.media_token, "cursor": a_cursor(),
        "cursor_of_cards": a_cursor_of_cards(), "workflow_id": target.workflow_id,
        "snippet_id": target.snippet_id, "topic_id": target.topic_id,
        "report": str(folder / "report.json"),
    }  # fmt: skip
    environment = {
        **os.environ, "AETHERCAST_FUZZ": json.dumps(given), "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
    }  # fmt: skip
    # Examples and coverage are the same whatever the seed.
    phases = "fuzzing,stateful" if number else "examples,coverage,fuzzing,stateful"
    command = [
        str(Path(sys.executable).parent / "st"), "--config-file", str(CONFIG), "run",
        f"{target.url}/openapi.json", "--url", target.url,
        "--header", f"Authorization: Bearer {target.token}",
        "--max-examples", str(examples), "--continue-on-failure", "--max-failures", "50",
        "--workers", "1", "--no-color", "--phases", phases, "--seed", str(20261122 + number),
    ]  # fmt: skip
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _take_in(outcome: Outcome, process: "subprocess.Popen[str]", folder: Path) -> None:
    said, _ = process.communicate()
    outcome.passed &= process.returncode == 0
    outcome.said += said
    written = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    outcome.counted.update(written["counted"])
    outcome.complaints += written["complaints"]
    outcome.accepted += written["accepted"]
