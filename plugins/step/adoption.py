"""A workflow for a run that a person or a schedule started in Airflow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.sdk import Context
from psycopg.types.json import Jsonb

from plugins.settings import FlowSettings, flow_settings
from plugins.step.links import episode_url
from plugins.step.place import birth_of, workflow_of
from plugins.step.rows import Connection
from sql.statements import Command, Statement

SET_BY_FACADE = (
    "workflow_id",
    "client_workflow_id",
    "client_idempotency_key",
    "request_id",
    "traceparent",
)
"""What a run's ``conf`` says of the request behind it."""


@dataclass(frozen=True)
class _User:
    user_id: UUID


_ADOPT_OWNER = Statement("workflows/adopt_owner", _User)
_ADOPT_WORKFLOW = Command("workflows/adopt_workflow")


def adopt_workflow(connection: Connection, context: Context) -> UUID:
    """Create user and workflow where they are missing; the workflow's id."""
    workflow_id = workflow_of(context)
    instance = context["ti"]
    user = _ADOPT_OWNER.one(connection, subject=owner_of(context, flow_settings()))
    assert user is not None
    _ADOPT_WORKFLOW.run(
        connection,
        workflow_id=workflow_id,
        user_id=user.user_id,
        event_type=began_by(context),
        details=Jsonb(asked_of(context)),
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        context=Jsonb(
            {"episode_url": episode_url(workflow_id), "run_after": birth_of(context["dag_run"])}
        ),
        client_workflow_id=context["params"].get("client_workflow_id"),
        client_idempotency_key=context["params"].get("client_idempotency_key"),
    )
    return workflow_id


def owner_of(context: Context, settings: FlowSettings) -> str:
    """Whose the run's work is: the subject of a token, so that its bearer sees it in the API.

    The run's own ``owner`` comes first, then the person who pressed the button, who has the same
    name here and there. The user that services log in as is nobody, and neither is a schedule:
    what they start belongs to the subject of the settings.
    """
    asked = context["params"].get("owner")
    if asked:
        return str(asked)
    name = getattr(context["dag_run"], "triggering_user_name", None)
    if not name or name == settings.airflow_user or not _is_subject(name):
        return settings.operator_subject
    return str(name)


def _is_subject(name: str) -> bool:
    """The facade's own rule for what a token may name."""
    return 1 <= len(name) <= 255 and name.isprintable()


def asked_of(context: Context) -> dict[str, Any]:
    """What the run was asked for, plain JSON."""
    return {name: value for name, value in context["params"].items() if name not in SET_BY_FACADE}


def began_by(context: Context) -> str:
    """Who began a run that nobody asked the facade for: an operator, or a schedule."""
    kind = getattr(context["dag_run"].run_type, "value", context["dag_run"].run_type)
    return "operator" if kind == "manual" else "schedule"
