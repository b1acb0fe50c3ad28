"""People and signals interfere with a real Airflow: the agents must hear it, or not.

One Airflow for all of it (`-m acceptance`): two minutes on an idle machine.
"""

import os
import signal
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from agents import dispatch
from agents.celery_app import app
from plugins.step.place import derived_workflow
from plugins.step.rows import OPEN_DISPATCHES
from plugins.step.workflows import close
from tests.agents.conftest import point_to
from tests.agents.processes import until
from tests.bench.servers import Airflow, Servers, read_env_file
from tests.conftest import ROOT

pytestmark = pytest.mark.acceptance
LONG = 240


@dataclass
class Live:
    """An Airflow at work."""

    stack: Airflow
    http: httpx.Client
    folder: Path

    def trigger(self, dag_id: str) -> "LiveRun":
        """Start a run."""
        run_id = f"probe__{uuid.uuid4()}"
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": {}}
        self.http.post(f"/dags/{dag_id}/dagRuns", json=body).raise_for_status()
        return LiveRun(self, dag_id, run_id)

    def start(self, dag_id: str) -> "LiveRun":
        """Start a run; returns once its agent is at work."""
        run = self.trigger(dag_id)
        until((run.folder / "holding").exists, LONG)
        return run

    @property
    def database_url(self) -> str:
        return self.stack.servers.env["AETHERCAST_DATABASE_URL"]


@dataclass
class LiveRun:
    """One run of it."""

    live: Live
    dag_id: str
    run_id: str

    @property
    def path(self) -> str:
        return f"/dags/{self.dag_id}/dagRuns/{self.run_id}"

    @property
    def folder(self) -> Path:
        return self.live.folder / str(derived_workflow(self.dag_id, self.run_id))

    def state(self) -> str:
        return str(self.live.http.get(self.path).json()["state"])

    def task(self, task_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.live.http.get(f"{self.path}/taskInstances/{task_id}").json()
        return found

    def task_state(self) -> str | None:
        state = self.task("hold")["state"]
        return None if state is None else str(state)

    def note(self) -> str:
        return str(self.live.http.get(self.path).json()["note"] or "")

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def end(self) -> None:
        """Mark the run failed, as an operator does, and the facade for a caller."""
        self.live.http.patch(self.path, json={"state": "failed"}).raise_for_status()

    def cancel(self) -> None:
        """What the facade does for a caller: close the workflow, stop its agents, end the run."""
        workflow_id = derived_workflow(self.dag_id, self.run_id)
        with psycopg.connect(self.live.database_url, autocommit=True) as connection:
            assert close(connection, workflow_id, "cancelled", "Cancelled at your request.")
            for sent in OPEN_DISPATCHES.all(
                connection, workflow_id=workflow_id, airflow_task_id=None, map_index=None
            ):
                dispatch.cancel(connection, sent.task_id)
        self.end()

    def dispatches(self) -> list[str]:
        """How each of the run's dispatches stands."""
        with psycopg.connect(self.live.database_url) as connection:
            found = connection.execute(
                """SELECT d.status FROM agent_dispatches d JOIN workflow_instances w
                   USING (workflow_id) WHERE w.dag_run_id = %s""",
                [self.run_id],
            ).fetchall()
        return [status for (status,) in found]

    def rows(self) -> list[dict[str, Any]]:
        with psycopg.connect(self.live.database_url, row_factory=dict_row) as connection:
            return connection.execute(
                """SELECT t.status, t.generation, t.retry_count, w.overall_status, w.error_message,
                          (SELECT max(k.attempts) FROM idempotency_keys k
                           WHERE k.workflow_id = t.workflow_id) AS attempts,
                          (SELECT count(DISTINCT d.idempotency_key) FROM agent_dispatches d
                           WHERE d.workflow_id = t.workflow_id) AS keys
                   FROM task_instances t JOIN workflow_instances w USING (workflow_id)
                   WHERE w.dag_run_id = %s ORDER BY t.generation""",
                [self.run_id],
            ).fetchall()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    marks = folder / "marks"
    marks.mkdir()
    servers = Servers(folder)
    broker_before = app.conf.broker_url
    try:
        server = servers.start_data()
        servers.start_agents()
        point_to(servers.env["AETHERCAST_BROKER_URL"])
        servers.env |= {"PROBE_FOLDER": str(marks)}
        servers.start(
            "probe", sys.executable, "-m", "celery", "-A", "agents.celery_app", "worker",
            "-I", "tests.plugins.tasks", "-Q", "probe", "-P", "threads", "-c", "8", "-n", "probe",
            "--without-gossip", "--without-mingle",
        )  # fmt: skip
        settings = read_env_file(ROOT / "plugins" / "airflow.env") | {
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parent / "dags"),
        }
        with Airflow(servers, server, "live", settings) as stack:
            login = {"username": "aethercast", "password": stack.password}
            token = httpx.post(f"{stack.url}/auth/token", json=login, timeout=30).json()
            bearer = {"Authorization": f"Bearer {token['access_token']}"}
            with httpx.Client(base_url=f"{stack.url}/api/v2", headers=bearer, timeout=30) as http:
                until(lambda: http.get("/dags/deferred").is_success, LONG)
                yield Live(stack, http, marks)
    finally:
        point_to(broker_before)
        servers.end()


def restart(live: Live, process: str) -> None:
    """Kill a process of Airflow's without warning, with all that it forked, and start it again."""
    live.stack.restart(process, signal.SIGKILL)


def test_mark_failed_stops_the_agent_of_a_waiting_task(live: Live) -> None:
    run = live.start("waiting")
    mark_failed(run)
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.state() == "failed", LONG)
    (row,) = run.rows()
    assert row["status"] == "failed"
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)


def test_mark_failed_stops_the_agent_of_a_deferred_task(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    mark_failed(run)
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)
    assert run.rows()[0]["status"] == "failed"


def mark_failed(run: LiveRun) -> None:
    answer = run.live.http.patch(f"{run.path}/taskInstances/hold", json={"new_state": "failed"})
    answer.raise_for_status()


@pytest.mark.parametrize("dag_id", ["waiting", "deferred"])
def test_clear_stops_the_agent_and_asks_anew(live: Live, dag_id: str) -> None:
    run = live.start(dag_id)
    if dag_id == "deferred":
        until(lambda: run.task_state() == "deferred", LONG)
    body = {"dry_run": False, "dag_run_id": run.run_id, "task_ids": ["hold"], "only_failed": False}
    path = f"/dags/{dag_id}/clearTaskInstances"
    live.http.post(path, json=body).raise_for_status()
    until((run.folder / "stopped").exists, LONG)
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    assert [(row["generation"], row["status"]) for row in run.rows()][-1] == (1, "completed")
    assert run.rows()[0]["status"] == "cancelled"
    assert run.rows()[0]["keys"] == 2


def test_a_finished_run_that_is_cleared_runs_again(live: Live) -> None:
    run = live.start("waiting")
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    live.http.post(f"{run.path}/clear", json={"dry_run": False}).raise_for_status()
    until(lambda: len(run.rows()) == 2, LONG)
    until(lambda: run.state() == "success", LONG)
    assert [(row["generation"], row["status"]) for row in run.rows()] == [
        (0, "completed"),
        (1, "completed"),
    ]


def test_a_killed_triggerer_loses_nothing(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    restart(live, "triggerer")
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    (row,) = run.rows()
    assert (row["status"], row["retry_count"], row["attempts"]) == ("completed", 0, 1)


def test_a_killed_scheduler_loses_nothing_and_repeats_nothing(live: Live) -> None:
    run = live.start("waiting")
    restart(live, "scheduler")
    assert not (run.folder / "stopped").exists()
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    (row,) = run.rows()
    assert (row["status"], row["keys"], row["attempts"]) == ("completed", 1, 1)


# How a run ends otherwise


def test_a_run_out_of_time_is_stopped_while_deferred_and_says_so(live: Live) -> None:
    run = live.start("hurried")
    until(lambda: run.state() == "failed", LONG)
    until((run.folder / "stopped").exists, LONG)
    (row,) = run.rows()
    assert row["overall_status"] == "failed"
    assert row["error_message"] == "It took longer than six seconds and was stopped."
    assert row["status"] == "cancelled"
    assert row["error_message"] in run.note()


def test_a_killed_task_leaves_a_sentence(live: Live) -> None:
    run = live.start("frail")
    os.kill(run.task("hold")["pid"], signal.SIGKILL)
    until(lambda: run.state() == "failed", LONG)
    until((run.folder / "stopped").exists, LONG)
    (row,) = run.rows()
    assert (row["status"], row["overall_status"]) == ("failed", "failed")
    assert row["error_message"] == "It could not be finished: The worker died."
    assert row["error_message"] in run.note()


def test_a_run_marked_failed_stops_all_of_it(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    run.end()
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)
    (row,) = run.rows()
    assert row["status"] in ("failed", "cancelled")
    assert row["error_message"] == "An operator stopped it before it was finished."
    assert row["error_message"] in run.note()


def test_a_finished_run_that_is_deleted_leaves_nothing_at_work(live: Live) -> None:
    run = live.start("deferred")
    refused = live.http.delete(run.path)
    assert refused.status_code == 409  # Airflow deletes no run that is at work
    run.end()
    assert live.http.delete(run.path).is_success
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)


def test_what_is_cancelled_before_its_agent_began_never_begins(live: Live) -> None:
    run = live.trigger("unserved")
    until(lambda: run.task_state() == "deferred", LONG)
    run.cancel()
    (row,) = run.rows()
    assert (row["status"], row["overall_status"]) == ("cancelled", "cancelled")
    until(lambda: run.state() == "failed", LONG)
    assert run.dispatches() == ["REVOKED"]
    assert "cancelled" in run.note()


def test_what_is_cancelled_between_two_tries_is_not_tried_again(live: Live) -> None:
    run = live.trigger("patient")
    until(lambda: run.task_state() == "up_for_retry", LONG)
    run.cancel()
    until(lambda: run.state() == "failed", LONG)
    (row,) = run.rows()
    assert row["overall_status"] == "cancelled"
    assert row["status"] in ("skipped", "cancelled")
    assert run.dispatches() == ["FAILURE"]


def test_voices_that_wait_never_keep_a_writer_from_its_slot(live: Live) -> None:
    """More podcasts at once than there are slots, all begun in the same moment."""
    pool = {"pool": "voices", "slots": 2, "include_deferred": False}
    live.http.patch("/pools/voices", json=pool).raise_for_status()
    live.http.patch("/dags/burst", json={"is_paused": True}).raise_for_status()
    runs = [live.trigger("burst") for _ in range(6)]
    live.http.patch("/dags/burst", json={"is_paused": False}).raise_for_status()
    until(lambda: all(run.state() == "success" for run in runs), LONG)
    writers = sorted(run.task("write")["queued_when"] for run in runs)
    voices = sorted(run.task("speak")["start_date"] for run in runs)
    # Two voices have a slot from the start; the next is given one after every writer has its own.
    assert writers[-1] <= voices[2]
