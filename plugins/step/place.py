"""Where a task stands in Airflow, in the words of our queries."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from airflow.sdk import Context


def place_of(task_instance: Any) -> dict[str, Any]:
    """The task of a run: parameters of the queries that find its row."""
    index = task_instance.map_index
    return {
        "dag_id": task_instance.dag_id,
        "run_id": task_instance.run_id,
        "airflow_task_id": task_instance.task_id,
        "map_index": -1 if index is None else index,
    }


def attempt_of(context: Context) -> dict[str, Any]:
    """The same with the numbers of this attempt."""
    instance = context["ti"]
    return place_of(instance) | {
        "try_number": instance.try_number,
        "max_tries": instance.max_tries or 0,
        "clear_number": context["dag_run"].clear_number or 0,
    }


def workflow_of(context: Context) -> UUID:
    """The run's workflow: the one it was triggered for, else one derived from the run's name.

    Raises:
        ValueError: the run's ``workflow_id`` is no UUID.
    """
    asked = (context["dag_run"].conf or {}).get("workflow_id") or context["params"].get(
        "workflow_id"
    )
    if asked:
        return UUID(str(asked))
    return derived_workflow(context["ti"].dag_id, context["ti"].run_id)


def derived_workflow(dag_id: str, run_id: str) -> UUID:
    """The workflow id of a run that nobody asked the facade for; the same at every look."""
    return uuid5(NAMESPACE_URL, f"airflow:{dag_id}/{run_id}")


def birth_of(dag_run: Any) -> str:
    """What tells a run from a deleted one of the same id; no Clear changes it, in any process."""
    moment: datetime = dag_run.run_after
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def is_last_attempt(task_instance: Any) -> bool:
    """Whether Airflow will not try again; its own rule (execution API, `_is_eligible_to_retry`)."""
    tries = task_instance.max_tries or 0
    return bool(tries == 0 or task_instance.try_number > tries)
