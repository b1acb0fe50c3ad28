"""The housekeeping on the real stack: scheduled, and told by an operator to begin."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Document
from tests.acceptance.conftest import Stack
from tests.agents.processes import until

pytestmark = pytest.mark.acceptance
DAG = "/api/v2/dags/housekeeping"
LONG = 300
ENDED = ("success", "failed")


@pytest.fixture
def airflow(stack: Stack) -> Airflow:
    return Airflow(stack)


@pytest.fixture
def litter(stack: Stack) -> Iterator[Callable[[], Path]]:
    """Strews things that are over about the stack's own rooms; gives the file among them."""
    strewn: list[Path] = []

    def strew() -> Path:
        key = f"litter/{uuid4()}.bin"
        path = stack.root / ".aethercast" / "media" / key
        with psycopg.connect(stack.database_url, autocommit=True) as connection:
            connection.execute(
                """INSERT INTO call_journal (call_key, kind, result, expires_at)
                   VALUES (%s, 'speech', '{}', now())""",
                [key],
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"litter")
            connection.execute(
                """INSERT INTO media_objects (uri, media_type, bytes, stored_at, unreferenced_since)
                   VALUES (%s, 'text/plain', 6, now(), now() - interval '2 days')""",
                [f"media:///{key}"],
            )
        strewn.append(path)
        return path

    yield strew
    for path in strewn:
        path.unlink(missing_ok=True)


def scheduled(airflow: Airflow) -> list[str]:
    """The runs that the schedule began, once none of them is at work."""

    def find() -> list[Document]:
        runs: list[Document] = airflow.get(f"{DAG}/dagRuns?run_type=scheduled")["dag_runs"]
        return runs

    until(lambda: all(each["state"] in ENDED for each in find()), LONG)
    return sorted(each["dag_run_id"] for each in find())


def run(airflow: Airflow, **conf: object) -> Document:
    """Trigger a run and wait for its end; the run."""
    run_id = f"probe__{uuid4()}"
    body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
    assert airflow.client.post(f"{DAG}/dagRuns", json=body).status_code == 200
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        found = airflow.get(f"{DAG}/dagRuns/{run_id}")
        if found["state"] in ENDED:
            return found
        time.sleep(0.5)
    raise AssertionError(f"run {run_id} does not end")


def test_it_is_scheduled_and_awake(airflow: Airflow) -> None:
    dag = airflow.get(DAG)
    assert dag["is_paused"] is False
    assert dag["timetable_summary"] == "17 * * * *"
    assert dag["next_dagrun_run_after"][14:16] == "17"
    assert airflow.get("/api/v2/pools/housekeeping")["slots"] == 1


@dataclass
class Tidying:
    """A dry run and a real one, and what lay in the media's room before and after each."""

    litter: Path
    dry: Document
    done: Document
    files: list[set[Path]]


def tidy(stack: Stack, airflow: Airflow, litter: Callable[[], Path]) -> Tidying:
    """Strew and tidy; once more where the schedule began a run beside it, which may have tidied."""

    def files() -> set[Path]:
        return {
            path for path in (stack.root / ".aethercast" / "media").rglob("*") if path.is_file()
        }

    while True:
        before, path = scheduled(airflow), litter()
        seen = [files()]
        dry = run(airflow, dry_run=True)
        seen.append(files())
        done = run(airflow)
        seen.append(files())
        if scheduled(airflow) == before:
            return Tidying(path, dry, done, seen)


def test_a_run_does_what_its_note_says_and_touches_nothing_else(
    stack: Stack,
    airflow: Airflow,
    litter: Callable[[], Path],
    tables: "psycopg.Connection[Any]",
) -> None:
    workflows = tables.execute("SELECT count(*) FROM workflow_instances").fetchone()
    told = tidy(stack, airflow, litter)

    assert told.dry["state"] == "success"
    assert told.dry["note"].startswith("Dry run: nothing was changed. Would remove ")
    assert "1 journal entry" in told.dry["note"]

    assert told.done["state"] == "success"
    assert told.done["note"].startswith("Removed ")
    assert "1 journal entry" in told.done["note"]
    assert "1 media object (6 bytes)" in told.done["note"]
    before, after_dry, after = told.files
    assert (before - after_dry, before - after) == (set(), {told.litter})
    assert tables.execute("SELECT count(*) FROM workflow_instances").fetchone() == workflows
