"""The relay from accepted workflows to Airflow: the one way by which a run is started.

The accepting request only wakes it. A workflow whose request, replica or Airflow died in between is
found by the next look, so an accepted workflow is a workflow run.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from psycopg_pool import AsyncConnectionPool

from api.metrics import TRIGGERS
from api.runs.airflow import PODCAST_DAG, Airflow
from api.runs.close import Verdict, close
from api.runs.errors import AirflowRefused, AirflowUnavailable
from sql import Command, Statement

AT_ONCE = 8
REFUSALS = 6
"""Refusals after which a workflow is given up; at the pauses below about a minute."""
LONGEST_PAUSE = 15.0
_REFUSED = "could not be started: the orchestrator does not accept the request."

log = structlog.get_logger()


@dataclass(frozen=True)
class Untriggered:
    """An accepted workflow without a run."""

    workflow_id: UUID
    dag_id: str
    dag_run_id: str
    attempts: int
    details: dict[str, Any]
    """What was asked for."""
    request: dict[str, str]
    """Who asked: the client's own names for it, the request's id and its trace."""


CLAIM = Statement("runs/claim_untriggered", Untriggered)
MARK = Command("runs/mark_triggered")
POSTPONE = Command("runs/postpone")


async def trigger_due(pool: AsyncConnectionPool, airflow: Airflow, lease_seconds: float) -> int:
    """Hand what waits to Airflow; how many workflows were tried.

    A workflow claimed here is nobody else's until ``lease_seconds`` have passed, which must be
    longer than a request to Airflow may take. No connection is held meanwhile.
    """
    async with pool.connection() as connection:
        due = await CLAIM.aall(connection, most=AT_ONCE, lease_seconds=lease_seconds)
    await asyncio.gather(*(_trigger(pool, airflow, each) for each in due))
    return len(due)


async def _trigger(pool: AsyncConnectionPool, airflow: Airflow, due: Untriggered) -> None:
    told = log.bind(
        workflow_id=str(due.workflow_id), attempt=due.attempts,
        request_id=due.request.get("request_id"),
    )  # fmt: skip
    conf = {**due.details, **due.request, "workflow_id": str(due.workflow_id)}
    try:
        new = await airflow.trigger(due.dag_id, due.dag_run_id, conf)
    except AirflowRefused as problem:
        TRIGGERS.labels("refused").inc()
        told.error("trigger.refused", problem=str(problem))
        await _give_up_or_postpone(pool, due)
    except AirflowUnavailable as problem:
        TRIGGERS.labels("unavailable").inc()
        told.warning("trigger.unavailable", problem=str(problem))
        await _postpone(pool, due)
    else:
        TRIGGERS.labels("triggered" if new else "existed").inc()
        told.info("trigger.done", new=new)
        async with pool.connection() as connection:
            await MARK.arun(connection, workflow_id=due.workflow_id)


async def _give_up_or_postpone(pool: AsyncConnectionPool, due: Untriggered) -> None:
    """A refusal may pass (an import error in the DAG is mended), so it is not believed at once."""
    if due.attempts < REFUSALS:
        await _postpone(pool, due)
        return
    async with pool.connection() as connection:
        await close(connection, due.workflow_id, given_up(due.dag_id))


def given_up(dag_id: str) -> Verdict:
    """The end of a workflow that no run will ever be made for."""
    asked = "The podcast" if dag_id == PODCAST_DAG else "The search for topics"
    return Verdict("failed", f"{asked} {_REFUSED}")


async def _postpone(pool: AsyncConnectionPool, due: Untriggered) -> None:
    seconds = min(0.5 * 2.0 ** min(due.attempts, 10), LONGEST_PAUSE)
    async with pool.connection() as connection:
        await POSTPONE.arun(connection, workflow_id=due.workflow_id, seconds=seconds)
