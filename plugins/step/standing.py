"""Whether Airflow still wants a task to run, asked when its process is told to stop."""

import logging
from typing import Any

from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

STOPPED = frozenset({"failed", "success", "skipped", "upstream_failed", "removed", "restarting"})
"""States into which only a person, or the end of the whole run, moves a running task."""

log = logging.getLogger(__name__)


def is_stopped_by_server(place: dict[str, Any]) -> bool:
    """Whether the task was marked or cleared, and not merely its worker told to stop.

    A worker's process hears the same signal in both cases. Where Airflow does not answer, the
    agent goes on: the next attempt joins it under the same key.
    """
    try:
        states = RuntimeTaskInstance.get_task_states(
            dag_id=place["dag_id"],
            task_ids=[place["airflow_task_id"]],
            run_ids=[place["run_id"]],
            map_index=place["map_index"],
        )
    except Exception as problem:
        log.warning("cannot tell why this task is stopped: %s", problem)
        return False
    found = states.get(place["run_id"], {})
    return any(str(getattr(state, "value", state)) in STOPPED for state in found.values())
