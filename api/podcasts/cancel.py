"""Cancels a podcast: in our tables first, then what is at work for it."""

from dataclasses import dataclass
from uuid import UUID

import structlog

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


FIND = Statement("podcasts/find_cancellable", Cancellable)


async def cancel(parts: Parts, workflow_id: UUID, user_id: UUID) -> None:
    """Cancel; doing so twice is the same as once.

    From the moment the tables say so, no step of the flow begins and no agent commits. What is at
    work is told here, and by the sweeper until it has ended.

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
    await parts.agents.stop(workflow_id)
    try:
        await parts.airflow.end_run(found.dag_id, found.dag_run_id)
    except AirflowError as problem:  # the sweeper tells it again
        log.warning("cancel.airflow", problem=str(problem))
