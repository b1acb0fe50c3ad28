"""A dispatch whose message has not arrived yet, and the message's arrival."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents import dispatch
from agents.process import Process
from agents.task import AgentTask, Ending
from tests.agents.shared_database import database_url, shared_database

__all__ = ["database_url", "shared_database"]

Connection = psycopg.Connection[Any]
Record = Callable[[AgentTask, dict[str, Any]], UUID]
Arrive = Callable[[AgentTask, UUID], Ending]


@pytest.fixture
def asked(workflow_id: UUID) -> dict[str, Any]:
    """What every message carries."""
    return {"idempotency_key": "the key", "workflow_id": str(workflow_id)}


@pytest.fixture
def record(connection: Connection) -> Record:
    """Write a dispatch without sending it."""

    def write(task: AgentTask, kwargs: dict[str, Any]) -> UUID:
        with connection.transaction():
            return dispatch.record(connection, task.name, kwargs).task_id

    return write


@pytest.fixture
def arrive(connection: Connection, process: Process) -> Arrive:
    """Let a dispatch's message arrive at a worker: this process."""

    def perform(task: AgentTask, task_id: UUID) -> Ending:
        row = connection.execute(
            "SELECT kwargs FROM agent_dispatches WHERE task_id = %s", (task_id,)
        ).fetchone()
        assert row is not None
        return task.perform(process, task_id, row[0])

    return perform
