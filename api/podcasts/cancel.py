"""Cancels a podcast: in our tables first, then what is at work for it."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from anyio import to_thread

from agents import dispatch
from api.parts import Parts
from api.problems import AlreadyEnded, NotFound
from api.runs.close import Verdict, close
from api.runs.errors import AirflowError
from sql import Statement

_CANCELLED = Verdict("cancelled", "Cancelled at your request.")

log = structlog.get_logger()


@dataclass(frozen=True)
class Cancellable:
    """What is needed to stop a podcast."""

    status: str
    dag_id: str
    dag_run_id: str


@dataclass(frozen=True)
class Open:
    """A dispatch that an agent has not finished."""

    task_id: UUID


FIND = Statement("podcasts/find_cancellable", Cancellable)
OPEN = Statement("workflows/open_dispatches", Open)


async def cancel(parts: Parts, workflow_id: UUID, user_id: UUID) -> None:
    """Cancel; doing so twice is the same as once.

    From the moment the tables say so, no step of the flow begins and no agent commits. That
    Airflow is told too only makes its run end sooner.

    Raises:
        NotFound: that user has no such podcast.
        AlreadyEnded: it ended otherwise before.
    """
    async with parts.pool.connection() as connection:
        found = await FIND.aone(connection, workflow_id=workflow_id, user_id=user_id)
        if found is None:
            raise NotFound
        if not await close(connection, workflow_id, _CANCELLED):
            found = await FIND.aone(connection, workflow_id=workflow_id, user_id=user_id)
            if found is None or found.status != "cancelled":
                raise AlreadyEnded
    await to_thread.run_sync(_stop_agents, parts, workflow_id)
    try:
        await parts.airflow.end_run(found.dag_id, found.dag_run_id)
    except AirflowError as problem:
        log.warning("cancel.airflow", problem=str(problem))


def _stop_agents(parts: Parts, workflow_id: UUID) -> None:
    with parts.keeping.connection() as connection:
        found = OPEN.all(connection, workflow_id=workflow_id, airflow_task_id=None)
        connection.commit()
        for each in found:
            dispatch.cancel(connection, each.task_id)
