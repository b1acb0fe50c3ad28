"""The state of a dispatch, read from its key."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import stamina
from psycopg_pool import AsyncConnectionPool

from agents.canonical import JSON, digest
from sql.statements import Statement

_ENDED = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
_PATIENCE = 5.0
"""Seconds a request waits for a connection before it is answered that the database is away."""


@dataclass(frozen=True)
class TaskState:
    """One dispatch as its caller sees it."""

    task_id: UUID
    task_name: str
    workflow_id: UUID
    progress: JSON
    result: JSON
    error: JSON
    status: str

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status in _ENDED

    def describe(self) -> dict[str, Any]:
        """The answer of ``GET /v1/tasks/<task_id>``."""
        answer: dict[str, Any] = {"task_id": str(self.task_id), "status": self.status}
        if self.status == "SUCCESS":
            answer["result"] = self.result
        elif self.ended:
            answer["error"] = self.error
        if self.progress is not None:
            answer["progress"] = self.progress
        return answer

    @property
    def etag(self) -> str:
        """Changes with every change of the answer."""
        return f'"{digest(self.describe())[:32]}"'


_STATE = Statement("dispatches/state", TaskState)


@stamina.retry(on=psycopg.OperationalError, attempts=3, wait_initial=0.05, timeout=_PATIENCE)
async def read_state(pool: AsyncConnectionPool, task_id: UUID) -> TaskState | None:
    """Read a dispatch's state; None where no dispatch has this id."""
    async with pool.connection(timeout=_PATIENCE) as connection:
        return await _STATE.aone(connection, task_id=task_id)
