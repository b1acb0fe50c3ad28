"""People and signals interfere with a real Airflow: the agents must hear it, or not.

One Airflow for all of it (`-m acceptance`): two minutes on an idle machine.
"""

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

from plugins.step.place import derived_workflow
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

    def start(self, dag_id: str) -> "LiveRun":
        """Trigger a run; returns once its agent is at work."""
        run_id = f"probe__{uuid.uuid4()}"
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": {}}
        self.http.post(f"/dags/{dag_id}/dagRuns", json=body).raise_for_status()
        run = LiveRun(self, dag_id, run_id)
        until((run.folder / "holding").exists, LONG)
        return run


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

    def task_state(self) -> str | None:
        state = self.live.http.get(f"{self.path}/taskInstances/hold").json()["state"]
        return None if state is None else str(state)

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def rows(self) -> list[dict[str, Any]]:
        url = self.live.stack.servers.env["AETHERCAST_DATABASE_URL"]
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute(
                """SELECT t.status, t.generation, t.retry_count, w.overall_status,
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
    try:
        server = servers.start_data()
        servers.start_agents()
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
