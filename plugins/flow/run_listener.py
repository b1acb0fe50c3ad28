"""What happens to a run as a whole, as Airflow tells its listeners.

A run that ended without a word of its last step leaves a sentence here: in the scheduler where it
took too long or that step died, in the API server where a person marked it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from airflow.listeners import hookimpl
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from agents.canonical import JSON
from plugins.flow.describe import describe_run, explain_end
from plugins.flow.run_note import attach_note
from plugins.step import rows
from plugins.step.database import connect
from plugins.step.listener import KILLED, never_failing
from plugins.step.place import birth_of, place_of
from plugins.step.rows import Connection
from plugins.step.workflows import REOPEN, close, find_by_run

STOPPED = "An operator stopped it before it was finished."
TIMED_OUT = "timed_out"
"""What Airflow says of a run that took longer than its DAG's `dagrun_timeout`."""
BY_HAND = "manually set"
"""Words of what Airflow says of a run that a person, or the facade, marked."""
KILLED_STEP: dict[str, JSON] = {"type": "Killed", "message": KILLED, "retryable": True}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@hookimpl
@never_failing
def on_dag_run_running(dag_run: Any) -> None:
    """A run started. After a Clear its workflow is open again, and so are the cleared tasks."""
    if not dag_run.clear_number:
        return
    instances = dag_run.get_task_instances(session=_session_of(dag_run))
    cleared = [ti.task_id for ti in instances if ti.state is None]
    with connect() as connection:
        place = {
            "dag_id": dag_run.dag_id,
            "run_id": dag_run.run_id,
            "run_after": birth_of(dag_run),
        }
        REOPEN.run(connection, **place)
        rows.COPY_PLAN.run(
            connection, **place, generation=dag_run.clear_number, airflow_task_ids=cleared
        )


@hookimpl
@never_failing
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """A run ended and nothing came of it. Mostly its last step has said why, else we do here."""
    with connect() as connection:
        found = find_by_run(connection, None, dag_run.dag_id, dag_run.run_id)
        if found is None or not found.is_of(dag_run):
            return
        _note_killed(connection, dag_run)
        reason = _why_failed(connection, found.workflow_id, dag_run, msg)
        close(connection, found.workflow_id, "failed", reason)
        _stop_agents(connection, found.workflow_id)
        _note(connection, found.workflow_id, dag_run)


def _note_killed(connection: Connection, dag_run: Any) -> None:
    """A task whose process was killed fails in Airflow without a word to any listener."""
    for instance in dag_run.get_task_instances(session=_session_of(dag_run)):
        if getattr(instance.state, "value", instance.state) == "failed":
            rows.end_of_run(connection, place_of(instance), "failed", KILLED_STEP, force=False)


def _session_of(dag_run: Any) -> Session | None:
    """The session in which Airflow has the run in hand.

    Without it Airflow would open one, get the very same, since a thread has but one, and commit in
    the midst of the scheduler's work. The scheduler refuses that, and the run never starts.
    """
    state = inspect(dag_run, raiseerr=False)
    return state.session if state is not None else None


def _why_failed(connection: Connection, workflow_id: UUID, dag_run: Any, msg: str) -> str:
    """A sentence that a listener understands."""
    if msg == TIMED_OUT:
        return f"It took longer than {_limit_of(dag_run)} and was stopped."
    if BY_HAND in msg:
        return STOPPED
    return explain_end(connection, workflow_id, dag_run.dag_id)


def _limit_of(dag_run: Any) -> str:
    """The longest a run of its DAG may take, in words."""
    limit = getattr(getattr(dag_run, "dag", None), "dagrun_timeout", None)
    return "it may" if limit is None else in_words(limit)


def in_words(span: timedelta) -> str:
    """A span of time in the largest unit that tells it whole."""
    seconds = round(span.total_seconds())
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(count: int, unit: str) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {unit}" if count == 1 else f"{number} {unit}s"


def _note(connection: Connection, workflow_id: UUID, dag_run: Any) -> None:
    note = describe_run(connection, workflow_id)
    if note is not None:
        attach_note(dag_run, note)


def _stop_agents(connection: Connection, workflow_id: UUID) -> None:
    from agents import dispatch

    everything = {"airflow_task_id": None, "map_index": None}
    for sent in rows.OPEN_DISPATCHES.all(connection, workflow_id=workflow_id, **everything):
        dispatch.cancel(connection, sent.task_id)
