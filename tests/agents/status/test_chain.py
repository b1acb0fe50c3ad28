"""Submit, work, poll: with a real broker, a real worker and the real service."""

import subprocess
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from agents import dispatch
from tests.agents.processes import Stack, until

Connection = psycopg.Connection[tuple[object, ...]]
TASKS = "tests.agents.core.tasks"


def test_a_task_is_submitted_worked_on_and_polled(
    connection: Connection, stack: Stack, workflow_id: UUID, tmp_path: Path
) -> None:
    status = stack.status()
    stack.worker(TASKS, "probe")
    kwargs = {
        "idempotency_key": "k1",
        "workflow_id": str(workflow_id),
        "folder": str(tmp_path),
        "calls": 3,
    }
    task_id = dispatch.submit(connection, "probe.count", kwargs)
    answer = status.get(f"/v1/tasks/{task_id}?wait=20").json()
    assert answer["status"] == "SUCCESS"
    assert answer["result"]["results"] == [0, 1, 4]
    assert answer["progress"] == {"done": 3, "total": 3, "unit": "calls"}
