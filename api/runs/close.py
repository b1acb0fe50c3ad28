"""Ends a workflow in our tables, all of them at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from sql import Command, Statement


@dataclass(frozen=True)
class Verdict:
    """How a workflow ended."""

    status: str
    """completed, completed_with_errors, failed or cancelled."""
    error: str | None = None
    """In words a listener understands."""


@dataclass(frozen=True)
class Closed:
    """A workflow that was open until now."""

    workflow_id: UUID


CLOSE_WORKFLOW = Statement("runs/close_workflow", Closed)
CLOSE_TASKS = Command("runs/close_tasks")
CLOSE_PODCAST = Command("runs/close_podcast")
CLOSE_STREAM = Command("runs/close_stream")
ANNOUNCE = Command("runs/announce")


async def close(connection: AsyncConnection[Any], workflow_id: UUID, verdict: Verdict) -> bool:
    """Close workflow, podcast, tasks and stream together; False where it had ended before."""
    async with connection.transaction():
        found = await CLOSE_WORKFLOW.aone(
            connection, workflow_id=workflow_id, status=verdict.status, error=verdict.error
        )
        if found is None:
            return False
        await CLOSE_PODCAST.arun(
            connection, workflow_id=workflow_id, status=verdict.status, error=verdict.error
        )
        reason = verdict.error or "The run ended before this task did."
        await CLOSE_TASKS.arun(connection, workflow_id=workflow_id, reason=reason)
        await _close_stream(connection, workflow_id, verdict)
        await ANNOUNCE.arun(connection, workflow_id=workflow_id)
    return True


async def _close_stream(
    connection: AsyncConnection[Any], workflow_id: UUID, verdict: Verdict
) -> None:
    """A stream that is still open will get no more sound."""
    status = "cancelled" if verdict.status == "cancelled" else "failed"
    await CLOSE_STREAM.arun(connection, workflow_id=workflow_id, status=status, error=verdict.error)
