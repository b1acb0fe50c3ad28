"""The rows of workflow_instances, as the flows keep them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.sdk import Context

from plugins.step.place import birth_of, workflow_of
from plugins.step.rows import Connection
from sql.statements import Command, Statement


@dataclass(frozen=True)
class FoundWorkflow:
    """A workflow, whatever its state."""

    workflow_id: UUID
    overall_status: str
    dag_id: str
    dag_run_id: str
    run_after: str | None
    """Of the run that was adopted; None where the facade asked for it."""

    def is_of(self, dag_run: Any) -> bool:
        """Whether it was made for this run, and not for a deleted one of the same id."""
        return self.run_after in (None, birth_of(dag_run))


@dataclass(frozen=True)
class ClosedWorkflow:
    """A workflow that was open until now."""

    workflow_id: UUID
    told: str
    streams: int


_FIND = Statement("workflows/find_workflow", FoundWorkflow)
_CLOSE = Statement("workflows/close", ClosedWorkflow)
REOPEN = Command("workflows/reopen")


def find_workflow(connection: Connection, context: Context) -> FoundWorkflow | None:
    """The workflow of a run."""
    instance = context["ti"]
    return find_by_run(connection, workflow_of(context), instance.dag_id, instance.run_id)


def find_by_run(
    connection: Connection, workflow_id: UUID | None, dag_id: str, run_id: str
) -> FoundWorkflow | None:
    """The workflow with this id or of this run."""
    return _FIND.one(connection, workflow_id=workflow_id, dag_id=dag_id, run_id=run_id)


def close(
    connection: Connection,
    workflow_id: UUID,
    status: str,
    error: str | None,
    closing_task: str | None = None,
) -> bool:
    """End a workflow and its podcast; False where it had ended before.

    Args:
        connection: an autocommitting one; the whole end is one statement.
        workflow_id: the workflow.
        status: completed, completed_with_errors or failed.
        error: a sentence that a listener understands.
        closing_task: the task that does so, whose row is still at work.
    """
    found = _CLOSE.one(
        connection, workflow_id=workflow_id, status=status, error=error, closing_task=closing_task
    )
    return found is not None
