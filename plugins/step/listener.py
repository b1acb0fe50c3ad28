"""Keeps our rows true to what happens to a task from outside.

A task notes its own end. It cannot when its process was killed, when a person marked it in the
UI, or when it was cleared: Airflow tells its listeners, in the scheduler or the API server. A
listener must neither fail nor dwell; what it misses, the facade's sweeper finds (it compares
silent workflows with their runs).
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from airflow.listeners import hookimpl
from sqlalchemy import inspect

from agents.canonical import JSON
from plugins.step import rows
from plugins.step.database import connect
from plugins.step.errors import describe
from plugins.step.place import is_last_attempt, place_of
from plugins.step.readers import work_in_vain
from plugins.step.rows import Connection

P = ParamSpec("P")

KILLED = "The worker died."
MARKED = "An operator stopped this step."
log = logging.getLogger(__name__)


def never_failing(listen: Callable[P, None]) -> Callable[P, None]:
    """Airflow goes on whatever our database does."""

    @wraps(listen)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            listen(*args, **kwargs)
        except Exception:
            log.exception("%s: our rows may be behind", listen.__name__)

    return guarded


@hookimpl
@never_failing
def on_task_instance_failed(previous_state: Any, task_instance: Any, error: Any) -> None:
    """A task was killed (scheduler), marked failed (API server), or failed by itself (worker)."""
    by_hand = previous_state is None
    cleared = _was_cleared(task_instance)
    retried = not by_hand and not cleared and not _is_over(task_instance)
    with connect() as connection:
        ended = rows.end_of_run(
            connection,
            place_of(task_instance),
            "cancelled" if cleared else "pending" if retried else "failed",
            None if cleared else _reason(error, by_hand=by_hand),
            force=by_hand or cleared,
        )
        if ended is not None and not retried:
            _stop_agent(connection, ended)
            if not cleared:
                _stop_readers(connection, ended, task_instance)


@hookimpl
@never_failing
def on_task_instance_success(previous_state: Any, task_instance: Any) -> None:
    """A person marked a task as done. What the task says of itself it has already noted."""
    if previous_state is None:
        _mark(task_instance, "completed")


@hookimpl
@never_failing
def on_task_instance_skipped(previous_state: Any, task_instance: Any) -> None:
    """A person marked a task as skipped."""
    if previous_state is None:
        _mark(task_instance, "skipped")


def _reason(error: Any, *, by_hand: bool) -> dict[str, JSON]:
    if isinstance(error, BaseException):
        return describe(error)
    if by_hand:
        return {"type": "Marked", "message": MARKED, "retryable": False}
    return {"type": "Killed", "message": KILLED, "retryable": True}


def _was_cleared(task_instance: Any) -> bool:
    """Whether a person cleared the task while it ran and Airflow takes its process for failed.

    Its process ended by itself before it heard of the Clear, and what it then said of itself was
    refused. Such a task Airflow tries again with the budget of tries that the attempt had: to our
    rows it would look like any retry, which joins the agent that the person wanted stopped. What
    the task's state was before Airflow set it, its object still knows.
    """
    state = inspect(task_instance, raiseerr=False)
    before = () if state is None else state.attrs.state.history.deleted or ()
    return any(getattr(each, "value", each) == "restarting" for each in before)


def _is_over(task_instance: Any) -> bool:
    """Whether a failed task is not tried again; the state says so, where Airflow has set it."""
    state = getattr(task_instance.state, "value", task_instance.state)
    if state in ("failed", "up_for_retry"):
        return bool(state == "failed")
    return is_last_attempt(task_instance)


def _mark(task_instance: Any, status: str) -> None:
    with connect() as connection:
        ended = rows.end_of_run(connection, place_of(task_instance), status, None, force=True)
        if ended is not None and _stop_agent(connection, ended):
            _stop_readers(connection, ended, task_instance)


def _stop_agent(connection: Connection, ended: rows.EndedStep) -> bool:
    """Stop the agent of a task that somebody else ended; whether it was at work."""
    from agents import dispatch

    if ended.external_task_id is None:
        return False
    return dispatch.cancel(connection, ended.external_task_id)


def _stop_readers(connection: Connection, ended: rows.EndedStep, task_instance: Any) -> None:
    """Stop those who wait for what this task will not make."""
    from agents import dispatch

    place = place_of(task_instance)
    task_id, map_index = place["airflow_task_id"], place["map_index"]
    for waiting in work_in_vain(connection, ended.workflow_id, task_id, map_index):
        dispatch.cancel(connection, waiting)
