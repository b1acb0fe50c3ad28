"""Where the time of a hop goes: Airflow's clock and ours laid side by side."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg

PHASES = {
    "schedule": "one task's end to the next one's start, in Airflow",
    "enter": "Airflow's start to our first statement: fork, parse, connect",
    "submit": "our first statement to the committed dispatch",
    "take": "the dispatch to the agent's claim: send, queue, worker",
    "work": "the agent's work, 0.2 s of it sleep",
    "collect": "the agent's end to our last statement: long poll, row",
    "leave": "our last statement to Airflow's end",
}

_ROWS = """
SELECT step.airflow_task_id, step.start_timestamp, sent.created_at, sent.started_at,
       sent.finished_at, step.end_timestamp
FROM task_instances AS step
JOIN workflow_instances AS flow USING (workflow_id)
JOIN agent_dispatches AS sent ON sent.task_id = step.external_task_id
WHERE flow.dag_run_id = %s
"""


def read_phases(
    database_url: str, run_id: str, tasks: Sequence[Mapping[str, Any]]
) -> dict[str, list[float]]:
    """Seconds of each phase, for all tasks of a run but the first."""
    with psycopg.connect(database_url) as connection:
        rows = {row[0]: row[1:] for row in connection.execute(_ROWS, [run_id]).fetchall()}
    phases: dict[str, list[float]] = {name: [] for name in PHASES}
    for before, task in pairwise(tasks):
        moments: list[datetime] = [
            datetime.fromisoformat(before["end_date"]),
            datetime.fromisoformat(task["start_date"]),
            *rows[task["task_id"]],
            datetime.fromisoformat(task["end_date"]),
        ]
        for name, (start, end) in zip(PHASES, pairwise(moments), strict=True):
            phases[name].append((end - start).total_seconds())
    return phases


def describe_phases(phases: Mapping[str, Sequence[float]]) -> str:
    """One line a phase, median seconds."""
    lines = [
        f"  {name:<9}{statistics.median(phases[name]):>6.3f}  {meaning}"
        for name, meaning in PHASES.items()
    ]
    return "\n".join(lines)
