"""Steps that read along what another step's agent makes, and what becomes of them when it ends.

The voice speaks the script while it is written; in Airflow's graph the two stand side by side. So
what Airflow does for a step *behind* another, we do for one beside it.
"""

import logging
from typing import Any
from uuid import UUID

import httpx

from plugins.airflow_api import AirflowApi
from plugins.errors import NotCleared
from plugins.settings import flow_settings
from plugins.step.rows import LEFTOVER, OPEN_DISPATCHES, Connection, Step
from plugins.step.standing import ENDED, state_of

READERS: dict[str, tuple[str, ...]] = {"weave_script": ("forge_voice",)}
"""By Airflow's task id: the tasks whose agents wait for what this one's makes."""

AT_WORK = frozenset({"running", "deferred", "scheduled", "queued"})
"""States of a task whose attempt has begun; it passes the last two when its trigger has fired."""

log = logging.getLogger(__name__)


def clear_readers(connection: Connection, step: Step, place: dict[str, Any]) -> None:
    """Have the readers start again where this step was cleared and they were not.

    A Clear reaches what stands behind a task. A reader beside it would keep what it made of the
    former work, so it is cleared too, with all that follows it. One that a person cleared as well
    is left alone: it waits to begin, or has begun in this generation.

    Raises:
        NotCleared: Airflow did not answer, or said no.
    """
    for reader in READERS.get(str(place["airflow_task_id"]), ()):
        left = LEFTOVER.one(
            connection,
            workflow_id=step.workflow_id,
            airflow_task_id=reader,
            generation=step.generation,
        )
        if left is not None and _is_left_behind(place | {"airflow_task_id": reader}, left.status):
            _clear(str(place["dag_id"]), str(place["run_id"]), reader)


def _is_left_behind(place: dict[str, Any], status: str) -> bool:
    """Whether Airflow will not run the reader again by itself.

    ``status`` is that of its row: one cancelled while Airflow says running was cleared too, and its
    next attempt has not written its row yet. One at work by its row that Airflow is about to run
    was deferred until now, and goes on with its old attempt.
    """
    try:
        state = state_of(place)
    except Exception as problem:
        raise NotCleared from problem
    return state in ENDED or (state in AT_WORK and status in ("dispatched", "in_progress"))


def _clear(dag_id: str, run_id: str, task_id: str) -> None:
    try:
        with AirflowApi(flow_settings()) as airflow:
            airflow.clear(dag_id, run_id, task_id)
    except httpx.HTTPError as problem:
        raise NotCleared from problem
    log.info("%s was cleared too: what it reads is made anew", task_id)


def work_in_vain(
    connection: Connection, workflow_id: UUID, task_id: str, map_index: int
) -> list[UUID]:
    """What agents still do for a task that will give nothing, and for its readers.

    Of a mapped task only the instance that gives nothing: its siblings are at other things.
    """
    places = {task_id: map_index} | dict.fromkeys(READERS.get(task_id, ()))
    return [
        sent.task_id
        for task, index in places.items()
        for sent in OPEN_DISPATCHES.all(
            connection, workflow_id=workflow_id, airflow_task_id=task, map_index=index
        )
    ]
