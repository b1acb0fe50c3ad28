"""The rows of task_instances, as the tasks themselves keep them."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from sql.statements import Command, Statement

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Step:
    """One task of a workflow, in one generation, at work."""

    task_id: UUID
    workflow_id: UUID
    user_id: UUID | None
    generation: int
    """Airflow's clear number of the run when this task was last cleared."""
    retry_count: int
    external_task_id: UUID | None
    """The agent's dispatch, if there was one before."""
    started_at: datetime
    """When the first attempt of this generation began."""
    told: str


@dataclass(frozen=True)
class EndedStep:
    """A task whose end was noted by somebody else than itself."""

    workflow_id: UUID
    external_task_id: UUID | None
    told: str


@dataclass(frozen=True)
class StepState:
    """How a task stands, for whoever sums the workflow up."""

    airflow_task_id: str
    agent_name: str
    map_index: int
    task_order: int
    generation: int
    status: str
    retry_count: int
    inputs: dict[str, JSON]
    summary: dict[str, JSON] | None
    error: dict[str, JSON] | None
    seconds: float | None


@dataclass(frozen=True)
class Cost:
    """What one agent cost a workflow so far."""

    agent_name: str
    calls: int
    """Calls of a model that were made, whatever came of them."""
    reused: int
    """Calls that the journal answered: made once before, and free."""
    characters: float
    """Characters spoken."""
    cost_usd: float


@dataclass(frozen=True)
class OpenDispatch:
    """Something an agent still does."""

    task_id: UUID


@dataclass(frozen=True)
class OpenWorkflow:
    """A workflow in which work may be handed out."""

    workflow_id: UUID


@dataclass(frozen=True)
class Leftover:
    """A task that works, or worked, with what is out of date."""

    status: str


BEGIN = Statement("workflows/begin_step", Step)
RESUME = Statement("workflows/resume_step", Step)
COPY_PLAN = Command("workflows/copy_plan")
HOLD_OPEN = Statement("workflows/hold_open", OpenWorkflow)
NOTE_DISPATCH = Command("workflows/note_dispatch")
CANCEL_STEP = Command("workflows/cancel_step_of_dispatch")
READ_STEPS = Statement("workflows/read_steps", StepState)
READ_COSTS = Statement("workflows/read_costs", Cost)
LEFTOVER = Statement("workflows/leftover_reader", Leftover)
OPEN_DISPATCHES = Statement("workflows/open_dispatches", OpenDispatch)
SUPERSEDED = Statement("workflows/superseded_dispatches", OpenDispatch)
_PLAN = Command("workflows/plan_step")
_COMPLETE = Command("workflows/complete_step")
_END = Command("workflows/end_step")
_END_OF_RUN = Statement("workflows/end_step_of_run", EndedStep)


def plan(
    connection: Connection, step: Step, flow: Mapping[str, str], without: Container[str]
) -> None:
    """Rows for the steps to come, in this step's generation: all in one commit.

    ``flow``: its agents by task id, in order; ``without``: which of its steps are not planned.
    """
    with connection.transaction():
        for order, (task_id, agent) in enumerate(flow.items()):
            if task_id not in without:
                _PLAN.run(
                    connection,
                    workflow_id=step.workflow_id,
                    agent_name=agent,
                    airflow_task_id=task_id,
                    generation=step.generation,
                    task_order=order,
                )


def complete(connection: Connection, step: Step, summary: JSON) -> None:
    """Note what the task made."""
    _COMPLETE.run(connection, task_id=step.task_id, summary=Jsonb(summary))


def end(connection: Connection, step: Step, status: str, error: JSON) -> None:
    """Note that the attempt did not succeed; ``pending`` where it will be tried again."""
    _END.run(connection, task_id=step.task_id, status=status, error=Jsonb(error))


def end_of_run(
    connection: Connection, place: dict[str, Any], status: str, error: JSON, *, force: bool
) -> EndedStep | None:
    """The same from outside the task; ``place`` is :func:`plugins.step.place.place_of`."""
    return _END_OF_RUN.one(
        connection,
        **place,
        status=status,
        error=None if error is None else Jsonb(error),
        force=force,
    )
