"""The housekeeping on the real stack: scheduled, and told by an operator to begin."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Document
from tests.acceptance.conftest import Stack

pytestmark = pytest.mark.acceptance
DAG = "/api/v2/dags/housekeeping"
LONG = 300


@pytest.fixture
def airflow(stack: Stack) -> Airflow:
    return Airflow(stack)


@pytest.fixture
def litter(stack: Stack) -> Iterator[str]:
    """Things that are over, in the stack's own rooms; yields the name of a file among them."""
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
    yield key
    path.unlink(missing_ok=True)


def run(airflow: Airflow, **conf: object) -> Document:
    """Trigger a run and wait for its end; the run."""
    run_id = f"probe__{uuid4()}"
    body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
    assert airflow.client.post(f"{DAG}/dagRuns", json=body).status_code == 200
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        found = airflow.get(f"{DAG}/dagRuns/{run_id}")
        if found["state"] in ("success", "failed"):
            return found
        time.sleep(0.5)
    raise AssertionError(f"run {run_id} does not end")


def test_it_is_scheduled_and_awake(airflow: Airflow) -> None:
    dag = airflow.get(DAG)
    assert dag["is_paused"] is False
    assert dag["timetable_summary"] == "17 * * * *"
    assert dag["next_dagrun_run_after"][14:16] == "17"
    assert airflow.get("/api/v2/pools/housekeeping")["slots"] == 1


def test_a_run_does_what_its_note_says_and_touches_nothing_else(
    stack: Stack, airflow: Airflow, litter: str, tables: "psycopg.Connection[Any]"
) -> None:
    media = stack.root / ".aethercast" / "media"
    before = {path for path in media.rglob("*") if path.is_file()}
    workflows = tables.execute("SELECT count(*) FROM workflow_instances").fetchone()

    told = run(airflow, dry_run=True)
    assert told["state"] == "success"
    assert told["note"].startswith("Dry run: nothing was changed. Would remove ")
    assert "1 journal entry" in told["note"]
    assert {path for path in media.rglob("*") if path.is_file()} == before

    done = run(airflow)
    assert done["state"] == "success"
    assert done["note"].startswith("Removed ")
    assert "1 journal entry" in done["note"]
    assert "1 media object (6 bytes)" in done["note"]
    assert {path for path in media.rglob("*") if path.is_file()} == before - {media / litter}
    assert tables.execute("SELECT count(*) FROM workflow_instances").fetchone() == workflows
