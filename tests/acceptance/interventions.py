"""People who stop or repeat what is at work, in three ways, and what both worlds say afterwards."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import dict_row

from api.token import issue
from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document
from tests.acceptance.conftest import Stack
from tests.agents.processes import until

PATIENCE = 90.0
"""Seconds that an end is waited for. A test waits for *that* it comes, however busy the machine is;
how soon it comes on one that rests is for `make bench-stop` to say."""

LONG = 400.0
"""Seconds that a whole episode may take there."""

DAG = "/api/v2/dags/podcast"
TASK_STARTED = '"task started"'
"""In the line of a worker's log that tells of a begun task."""
Connection = psycopg.Connection[Any]


def somebody(stack: Stack, subject: str) -> Caller:
    """A caller of that name: what the journal keeps for others does not answer for them."""
    token = issue(stack.settings["AETHERCAST_SECRET_KEY"].encode(), subject, 3600)
    return Caller(stack.facade, token)


@dataclass
class Work:
    """A podcast in the making, seen by its caller, by an operator and in the tables."""

    stack: Stack
    caller: Caller
    podcast_id: str

    @cached_property
    def airflow(self) -> Airflow:
        return Airflow(self.stack)

    @property
    def run_id(self) -> str:
        return f"podcast__{self.podcast_id}"

    @property
    def run(self) -> str:
        return f"{DAG}/dagRuns/{self.run_id}"

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """What a query over this workflow (``%(id)s``) finds."""
        values = {"id": self.podcast_id} | parameters
        with psycopg.connect(self.stack.database_url, row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def steps(self, task_id: str) -> list[dict[str, Any]]:
        """A step's rows, one for each generation."""
        return self.rows(
            """SELECT * FROM task_instances WHERE workflow_id = %(id)s
               AND airflow_task_id = %(task)s ORDER BY generation""",
            task=task_id,
        )

    def dispatch(self, task_id: str) -> dict[str, Any]:
        """The newest dispatch of a step, with its key; waits until there is one."""
        found: list[dict[str, Any]] = self.wait_until(lambda: self._dispatches(task_id))
        return found[0]

    def _dispatches(self, task_id: str) -> list[dict[str, Any]]:
        return self.rows(
            """SELECT d.*, k.status AS key_status FROM agent_dispatches d
               JOIN task_instances t ON t.external_task_id = d.task_id
               LEFT JOIN idempotency_keys k USING (idempotency_key, task_name)
               WHERE t.workflow_id = %(id)s AND t.airflow_task_id = %(task)s
               ORDER BY t.generation DESC LIMIT 1""",
            task=task_id,
        )

    def wait_until(self, question: Callable[[], Any]) -> Any:
        return until(question, PATIENCE)

    # The three ways

    def delete(self) -> None:
        """The caller cancels."""
        answer = self.caller.client.delete(f"/api/v1/podcasts/{self.podcast_id}")
        assert answer.status_code in (200, 202, 204), answer.text

    def mark(self, task_id: str) -> None:
        """An operator marks a task failed."""
        path = f"{self.run}/taskInstances/{task_id}"
        answer = self.airflow.client.patch(path, json={"new_state": "failed"})
        assert answer.status_code == 200, answer.text

    def clear(self, *task_ids: str) -> None:
        """An operator clears tasks with what follows them, as the UI does by default."""
        body = {
            "dag_run_id": self.run_id,
            "task_ids": list(task_ids),
            "include_downstream": True,
            "only_failed": False,
            "dry_run": False,
        }
        answer = self.airflow.client.post(f"{DAG}/clearTaskInstances", json=body)
        assert answer.status_code == 200, answer.text

    # What both worlds say

    def task_state(self, task_id: str) -> str | None:
        state = self.airflow.get(f"{self.run}/taskInstances/{task_id}")["state"]
        return None if state is None else str(state)

    def run_state(self) -> str:
        return str(self.airflow.get(self.run)["state"])

    def note(self) -> str:
        return str(self.airflow.get(self.run)["note"] or "")

    def check_stopped(self, sent: dict[str, Any], worker: str) -> None:
        """The Celery task of a dispatch has ended: revoked, its key free, its thread given back."""
        with suppress(TimeoutError):
            self.wait_until(lambda: is_over(self.dispatched(sent)))
        found = self.dispatched(sent)
        assert is_over(found), found
        with suppress(TimeoutError):
            self.wait_until(lambda: self.is_returned(sent, worker))
        assert self.is_returned(sent, worker), f"{worker} is still at {found}"

    def is_returned(self, sent: dict[str, Any], worker: str) -> bool:
        """Whether a worker's log tells that a task returned, and so gave its thread back.

        A voice begins more than once: whenever it waits for a part it gives the thread back
        meanwhile.
        """
        log = self.stack.root / ".aethercast" / "logs" / f"{worker}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        task_id = str(sent["task_id"])
        begun = [at for at, line in enumerate(lines) if task_id in line and TASK_STARTED in line]
        ended = [at for at, line in enumerate(lines) if f"[{task_id}] succeeded" in line]
        return bool(begun and ended) and ended[-1] > begun[-1]

    def dispatched(self, sent: dict[str, Any]) -> dict[str, Any]:
        """How a dispatch and its key stand."""
        return self.rows(
            """SELECT d.*, k.status AS key_status FROM agent_dispatches d
               LEFT JOIN idempotency_keys k USING (idempotency_key, task_name)
               WHERE d.task_id = %(task)s""",
            task=sent["task_id"],
        )[0]

    def calls_after_stop(self, sent: dict[str, Any]) -> list[dict[str, Any]]:
        """Model calls that were begun under a key after it was taken away."""
        return self.rows(
            """SELECT c.* FROM call_ledger c JOIN agent_dispatches d USING (idempotency_key)
               WHERE d.task_id = %(task)s AND c.started_at > d.finished_at
                 AND c.outcome <> 'reused'""",
            task=sent["task_id"],
        )

    def calls_made_twice(self) -> list[dict[str, Any]]:
        """Model calls that were finished and then made again."""
        return self.rows(
            """SELECT call_key FROM call_ledger
               WHERE workflow_id = %(id)s AND outcome = 'completed'
               GROUP BY call_key HAVING count(*) > 1"""
        )

    def finish(self, status: str = "COMPLETED") -> Document:
        """Wait for the end; it is this one, and the same in all tables and in Airflow.

        Airflow is asked first: it takes a cleared run up at once, while its workflow, which had
        ended, still says so until the scheduler comes by.
        """
        with suppress(TimeoutError):
            until(lambda: self.run_state() in ("success", "failed"), LONG)
        ended = self.caller.wait(self.podcast_id)
        assert ended["status"] == status, (ended["status"], ended["error"])
        (flow,) = self.rows("SELECT * FROM workflow_instances WHERE workflow_id = %(id)s")
        assert flow["overall_status"] == status.lower()
        assert flow["end_timestamp"] is not None
        assert self.run_state() == ("failed" if status in ("FAILED", "CANCELLED") else "success")
        self.wait_until(lambda: self.note() != "")
        self._check_nothing_is_left()
        return ended

    def _check_nothing_is_left(self) -> None:
        """No step at work, no agent at work, no key held."""
        with suppress(TimeoutError):
            self.wait_until(lambda: not self._left_at_work())
        assert self._left_at_work() == []

    def _left_at_work(self) -> list[dict[str, Any]]:
        return self.rows(
            """SELECT airflow_task_id AS left_over FROM task_instances WHERE workflow_id = %(id)s
                  AND status IN ('pending', 'dispatched', 'in_progress')
               UNION ALL SELECT task_name FROM agent_dispatches WHERE workflow_id = %(id)s
                  AND status IN ('PENDING', 'STARTED')
               UNION ALL SELECT task_name FROM idempotency_keys WHERE workflow_id = %(id)s
                  AND status = 'processing'"""
        )

    def stream(self) -> dict[str, Any]:
        (found,) = self.rows("SELECT * FROM streams WHERE workflow_id = %(id)s")
        return found


def is_over(found: dict[str, Any]) -> bool:
    """Whether a dispatch was revoked and holds its key no more."""
    return bool(found["status"] == "REVOKED" and found["key_status"] != "processing")
