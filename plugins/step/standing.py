"""What Airflow says of a task at this moment, asked from inside a task."""

import logging
from typing import Any

from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

ENDED = frozenset({"failed", "success", "skipped", "upstream_failed", "removed"})
"""States of a task that nothing but a Clear will run again."""
STOPPED = ENDED | {"restarting"}
"""States into which only a person, or the end of the whole run, moves a running task."""

log = logging.getLogger(__name__)


def is_stopped_by_server(place: dict[str, Any]) -> bool:
    """Whether the task was marked, cleared or deleted, and not merely its worker told to stop.

    A worker's process hears the same signal in both cases. Where Airflow does not answer, the
    agent goes on: the next attempt joins it under the same key.
    """
    try:
        state = state_of(place)
    except Exception as problem:
        log.warning("cannot tell why this task is stopped: %s", problem)
        return False
    return state is None or state in STOPPED


def state_of(place: dict[str, Any]) -> str | None:
    """A task's state in Airflow's words; ``none`` before it is scheduled, None where it is gone.

    Raises:
        Exception: Airflow did not answer; of whatever kind its own client raises.
    """
    states = RuntimeTaskInstance.get_task_states(
        dag_id=place["dag_id"],
        task_ids=[place["airflow_task_id"]],
        run_ids=[place["run_id"]],
        map_index=place["map_index"],
    )
    for state in states.get(place["run_id"], {}).values():
        return "none" if state is None else str(getattr(state, "value", state))
    return None
