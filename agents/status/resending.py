"""Sending again what nobody claimed and what a dead worker left."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog
from psycopg_pool import AsyncConnectionPool

from agents.canonical import JSON
from agents.dispatch import Dispatch, send
from agents.errors import AgentError
from agents.settings import StatusSettings
from sql.statements import Statement

log = structlog.get_logger(__name__)


class BrokerAway(AgentError):
    """The broker does not take messages."""

    retryable = True


@dataclass(frozen=True)
class _Due:
    task_id: UUID
    task_name: str
    queue: str
    kwargs: dict[str, JSON]
    request_fingerprint: str
    workflow_id: UUID
    sends: int


_TAKE_DUE = Statement("dispatches/take_due", _Due)


async def resend_due(pool: AsyncConnectionPool, settings: StatusSettings) -> int:
    """Send every due dispatch again, under its own id; how many.

    Harmless whatever is still on its way: a claim is idempotent. What could not be sent stays
    due. Any number of services may do this at once; each dispatch is taken by one.

    Raises:
        BrokerAway: the broker does not take messages.
    """
    async with pool.connection() as connection:
        due = await _TAKE_DUE.aall(
            connection,
            after_seconds=settings.resend_after_seconds,
            ceiling_seconds=settings.resend_ceiling_seconds,
        )
        for dispatch in due:
            await _send_again(dispatch)
    return len(due)


async def _send_again(due: _Due) -> None:
    dispatch = Dispatch(
        due.task_id, due.task_name, due.queue, due.kwargs, due.request_fingerprint, created=False
    )
    if not await asyncio.to_thread(send, dispatch):
        raise BrokerAway
    log.info(
        "dispatch sent again",
        task_id=str(due.task_id),
        task=due.task_name,
        workflow_id=str(due.workflow_id),
        sends=due.sends,
    )
