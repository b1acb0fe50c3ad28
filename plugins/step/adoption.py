"""A workflow for a run that a person or a schedule started in Airflow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.sdk import Context
from psycopg.types.json import Jsonb

from plugins.step.links import episode_url
from plugins.step.place import workflow_of
from plugins.step.rows import Connection
from sql.statements import Command, Statement

OPERATOR = "operator"
"""The subject of the user who owns what is started in Airflow."""


@dataclass(frozen=True)
class _User:
    user_id: UUID


_ADOPT_USER = Statement("workflows/adopt_operator", _User)
_ADOPT_WORKFLOW = Command("workflows/adopt_workflow")


def adopt_workflow(connection: Connection, context: Context) -> UUID:
    """Create user and workflow where they are missing; the workflow's id."""
    workflow_id = workflow_of(context)
    instance = context["ti"]
    user = _ADOPT_USER.one(connection, subject=OPERATOR)
    assert user is not None
    _ADOPT_WORKFLOW.run(
        connection,
        workflow_id=workflow_id,
        user_id=user.user_id,
        event_type=_event_of(context),
        details=Jsonb(asked_of(context)),
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        context=Jsonb({"episode_url": episode_url(workflow_id)}),
    )
    return workflow_id


def asked_of(context: Context) -> dict[str, Any]:
    """What the run was asked for, plain JSON."""
    return {name: value for name, value in context["params"].items() if name != "workflow_id"}


def _event_of(context: Context) -> str:
    kind = getattr(context["dag_run"].run_type, "value", context["dag_run"].run_type)
    return "operator" if kind == "manual" else "schedule"
