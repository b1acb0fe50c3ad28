"""A real Airflow at work, and runs of it, as its users and its signals see them."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from agents import dispatch
from plugins.step.place import derived_workflow
from plugins.step.rows import OPEN_DISPATCHES
from plugins.step.workflows import close
from tests.agents.processes import until
from tests.bench.servers import Airflow

LONG = 240
"""Seconds within which everything happens, on a machine however busy."""


@dataclass
class Live:
    """An Airflow at work."""

    stack: Airflow
    http: httpx.Client
    folder: Path

    def trigger(self, dag_id: str, **conf: Any) -> "LiveRun":
        """Start a run."""
        run_id = f"probe__{uuid.uuid4()}"
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
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
