"""A task runs once per key and answers every dispatch of it."""

import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents import dispatch
from agents.errors import FenceLost
from agents.idempotency import Completed, Failed, Leased
from agents.process import Process
from agents.task import AgentCall, agent_task
from tests.agents.core import tasks

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def asked(workflow_id: UUID) -> dict[str, Any]:
    return {"idempotency_key": "the key", "workflow_id": str(workflow_id)}


def states(connection: Connection) -> list[object]:
    rows = connection.execute("SELECT status FROM agent_dispatches ORDER BY created_at").fetchall()
    return [row[0] for row in rows]


def submit(connection: Connection, name: str, kwargs: dict[str, Any]) -> UUID:
    with connection.transaction():
        return dispatch.record(connection, name, kwargs).task_id


def test_the_first_request_runs(process: Process, asked: dict[str, Any], tmp_path: Path) -> None:
    ending = tasks.count.perform(process, None, {**asked, "folder": str(tmp_path), "calls": 2})
    assert isinstance(ending, Completed)
    assert ending.result["results"] == [0, 1]


def test_a_completed_key_is_answered_without_running(
    process: Process, connection: Connection, asked: dict[str, Any], tmp_path: Path
) -> None:
    kwargs = {**asked, "folder": str(tmp_path), "calls": 1}
    first = tasks.count.perform(process, submit(connection, "probe.count", kwargs), kwargs)
    second = tasks.count.perform(process, submit(connection, "probe.count", kwargs), kwargs)
    assert first == second
    assert (tmp_path / "call-0").read_text() == "made\n"
    assert states(connection) == ["SUCCESS", "SUCCESS"]
