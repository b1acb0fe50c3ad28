"""Compares silent workflows with their runs in Airflow, and closes what ended unnoticed.

Normally the flow's own last step closes it. That step can be lost: a run marked failed before
it, a run deleted, a database that was away at the wrong moment.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from psycopg_pool import AsyncConnectionPool

from api.metrics import RECONCILED
from api.runs.airflow import Airflow
from api.runs.close import Verdict, close
from api.runs.errors import AirflowError
from sql import Statement

AT_ONCE = 16
_NO_EPISODE = "The run ended without an episode."
_FAILED = "The run ended before the episode was finished."
_DELETED = "The run was removed by an operator."
_REFRESH_FAILED = "The run ended before the refresh was finished."

log = structlog.get_logger()


@dataclass(frozen=True)
class Stale:
    """An open workflow that has been silent."""

    workflow_id: UUID
    dag_id: str
    dag_run_id: str


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    has_audio: bool | None
    has_cover: bool | None
    task_error: str | None
    is_refresh: bool = False
    """A refresh of the pool makes no episode: it is judged by its steps alone."""


CLAIM = Statement("runs/claim_stale", Stale)
OUTCOME = Statement("runs/read_outcome", Outcome)


async def reconcile_stale(pool: AsyncConnectionPool, airflow: Airflow, stale_seconds: float) -> int:
    """Look at what has been silent for so long; how many workflows were closed."""
    async with pool.connection() as connection:
        due = await CLAIM.aall(connection, most=AT_ONCE, stale_seconds=stale_seconds)
    closed = 0
    for each in due:
        closed += await _reconcile(pool, airflow, each)
    return closed


async def _reconcile(pool: AsyncConnectionPool, airflow: Airflow, stale: Stale) -> bool:
    told = log.bind(workflow_id=str(stale.workflow_id))
    try:
        state = await airflow.run_state(stale.dag_id, stale.dag_run_id)
    except AirflowError as problem:
        told.warning("reconcile.unavailable", problem=str(problem))
        return False
    if state in ("queued", "running"):
        return False
    async with pool.connection() as connection:
        outcome = await OUTCOME.aone(connection, workflow_id=stale.workflow_id)
        verdict = judge(state, outcome or Outcome(None, None, None))
        closed = await close(connection, stale.workflow_id, verdict)
    if closed:
        RECONCILED.labels(verdict.status).inc()
        told.warning("reconcile.closed", airflow=state, status=verdict.status)
    return closed


def judge(state: str | None, outcome: Outcome) -> Verdict:
    """How a workflow ended whose run is in this state (None: there is no such run any more)."""
    if state is None:
        return Verdict("cancelled", _DELETED)
    if outcome.is_refresh:
        return _judge_refresh(state, outcome.task_error)
    if state == "failed":
        return Verdict("failed", outcome.task_error or _FAILED)
    if not outcome.has_audio:
        return Verdict("failed", outcome.task_error or _NO_EPISODE)
    if not outcome.has_cover:
        return Verdict("completed_with_errors", outcome.task_error or "There is no cover.")
    return Verdict("completed")


def _judge_refresh(state: str, task_error: str | None) -> Verdict:
    """What failed in a run that ended well cost a card, or a cover, and no more."""
    if state == "failed":
        return Verdict("failed", task_error or _REFRESH_FAILED)
    return Verdict("completed_with_errors", task_error) if task_error else Verdict("completed")
