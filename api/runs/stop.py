"""Stops what is at work for a cancelled workflow: its agents, and its run in Airflow.

The tables say `cancelled` first; from then on no step begins and no agent commits. The request that
cancels also tells agents and Airflow, but it may die, and they may be away. So the sweeper looks
again, until the run is seen to have ended, and its tasks with it: a voice's trigger fires when its
agent is stopped, and where that meets the end of the run, Airflow would show the task as scheduled
for ever.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from anyio import CapacityLimiter, to_thread
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from agents import dispatch
from api.runs.airflow import Airflow
from api.runs.errors import AirflowError
from sql import Command, DatabaseSettings, Statement, open_pool

AT_ONCE = 8
STOPPING_AT_ONCE = 2
"""Workflows whose agents are being stopped, and connections for that."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Cancelled:
    """A cancelled workflow whose run may still be at work."""

    workflow_id: UUID
    dag_id: str
    dag_run_id: str
    ended_at: datetime
    ended_for: float
    """Seconds since it was cancelled."""


@dataclass(frozen=True)
class Open:
    """A dispatch that an agent has not finished."""

    task_id: UUID


@dataclass(frozen=True)
class _Known:
    workflow_id: UUID


CLAIM = Statement("runs/claim_unstopped", Cancelled)
STILL = Statement("runs/is_still_cancelled", _Known)
MARK = Command("runs/mark_stopped")
LOOK_AGAIN = Command("runs/look_again")
OPEN = Statement("runs/dispatches_to_stop", Open)


class AgentStopper:
    """Stops agents without waiting for what uploads wait for: it has connections of its own."""

    def __init__(self, settings: DatabaseSettings) -> None:
        few = settings.model_copy(update={"database_pool_size": STOPPING_AT_ONCE})
        self._pool = open_pool(few)
        self._places = CapacityLimiter(STOPPING_AT_ONCE)

    async def stop(self, workflow_id: UUID) -> int:
        """Take from the agents what they do for a cancelled workflow; how many tasks that were."""
        return await to_thread.run_sync(stop_agents, self._pool, workflow_id, limiter=self._places)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


def stop_agents(pool: ConnectionPool, workflow_id: UUID) -> int:
    """Take what is queued or running for a cancelled workflow from the agents. Blocks.

    Returns:
        How many tasks that were; none where the workflow is no longer cancelled.
    """
    with pool.connection() as connection:
        found = OPEN.all(connection, workflow_id=workflow_id)
        connection.commit()
        for each in found:
            dispatch.cancel(connection, each.task_id)
    return len(found)


async def stop_due(
    pool: AsyncConnectionPool,
    agents: AgentStopper,
    airflow: Airflow,
    lease_seconds: float,
    settling_seconds: float,
) -> int:
    """Look after what was cancelled and is not known to have ended; how many workflows.

    What ended less than ``settling_seconds`` ago is looked at once more.
    """
    async with pool.connection() as connection:
        due = await CLAIM.aall(connection, most=AT_ONCE, lease_seconds=lease_seconds)
    for each in due:
        with structlog.contextvars.bound_contextvars(workflow_id=str(each.workflow_id)):
            await _stop(pool, agents, airflow, each, settling_seconds)
    return len(due)


async def _stop(
    pool: AsyncConnectionPool,
    agents: AgentStopper,
    airflow: Airflow,
    due: Cancelled,
    settling_seconds: float,
) -> None:
    if tasks := await agents.stop(due.workflow_id):
        log.warning("stop.agents", tasks=tasks)
    try:
        if await _is_at_work(airflow, due):
            await _end_run(pool, airflow, due)
            return  # the next look sees whether it ended
    except AirflowError as problem:
        log.warning("stop.unavailable", problem=str(problem))
        return
    this_end = {"workflow_id": due.workflow_id, "ended_at": due.ended_at}
    async with pool.connection() as connection:
        if due.ended_for < settling_seconds:
            await LOOK_AGAIN.arun(connection, **this_end, seconds=settling_seconds)
        else:
            await MARK.arun(connection, **this_end)


async def _is_at_work(airflow: Airflow, due: Cancelled) -> bool:
    """Whether the run has not ended, or a task of it is open though it has."""
    state = await airflow.run_state(due.dag_id, due.dag_run_id)
    if state in ("queued", "running"):
        return True
    left = await airflow.open_tasks(due.dag_id, due.dag_run_id) if state else []
    if left:
        log.warning("stop.tasks_left", tasks=left)
    return bool(left)


async def _end_run(pool: AsyncConnectionPool, airflow: Airflow, due: Cancelled) -> None:
    """Ending a run that has ended ends what is open in it."""
    async with pool.connection() as connection:
        still = await STILL.aone(connection, workflow_id=due.workflow_id, ended_at=due.ended_at)
    if still is not None:
        await airflow.end_run(due.dag_id, due.dag_run_id)
        log.warning("stop.run")
