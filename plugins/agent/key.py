"""The idempotency key of an agent call.

It says which call is meant, not which attempt: Airflow's try number is not in it, so a retry
finds the work of the attempt before. The generation is: a person's Clear asks for new work.
"""

from typing import Any

from agents.canonical import JSON, digest


def fingerprint(inputs: JSON) -> str:
    """A hash over what the agent is asked; equal inputs share it, in whatever order."""
    return digest(inputs)


def derive_key(place: dict[str, Any], inputs: JSON, generation: int) -> str:
    """The key, 64 hexadecimal digits.

    Args:
        place: dag_id, run_id, airflow_task_id and map_index.
        inputs: what the agent is asked, JSON.
        generation: how often a person had cleared when this task was last cleared.
    """
    return digest(
        [
            place["dag_id"],
            place["run_id"],
            place["airflow_task_id"],
            place["map_index"],
            fingerprint(inputs),
            generation,
        ]
    )
