"""Ends a workflow in our tables, as the flow's own last step does: by the same statement."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from sql import Statement


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
    told: str
    streams: int


CLOSE = Statement("workflows/close", Closed)


async def close(connection: AsyncConnection[Any], workflow_id: UUID, verdict: Verdict) -> bool:
    """Close workflow, podcast, tasks and stream together; False where it had ended before."""
    closed = await CLOSE.aone(
        connection,
        workflow_id=workflow_id,
        status=verdict.status,
        error=verdict.error,
        closing_task=None,
    )
    return closed is not None
