"""The long poll: an answer that comes when there is something to say."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from agents.status.changes import Changes
from agents.status.states import TaskState, read_state

_LONGEST_NAP = 5.0
"""Seconds between two looks when no notification comes: one may be lost with a connection."""


async def await_state(
    pool: AsyncConnectionPool,
    changes: Changes,
    task_id: UUID,
    wait: float,
    known_etag: str | None = None,
    *,
    any_change: bool = False,
) -> TaskState | None:
    """Read a dispatch's state once it ended, or once ``wait`` seconds are over.

    With ``any_change`` the first change ends the wait: from the state with ``known_etag``, or
    else from the one found at the start. A service that is told to stop waits no longer. None
    where no dispatch has this id.
    """
    with changes.watch(task_id) as changed:
        state = await read_state(pool, task_id)
        if state is None:
            return None
        enough = _until(state, known_etag, any_change)
        deadline = asyncio.get_running_loop().time() + wait
        while not (enough(state) or changes.stopping):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), min(left, _LONGEST_NAP))
            changed.clear()
            state = await read_state(pool, task_id) or state
        return state


def _until(
    first: TaskState, known_etag: str | None, any_change: bool
) -> Callable[[TaskState], bool]:
    start = known_etag or first.etag
    return lambda state: state.ended or (any_change and state.etag != start)
