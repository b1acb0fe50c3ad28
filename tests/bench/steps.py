"""Where a refresh's time goes: Airflow's clock and ours, laid side by side for each task."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg

from plugins.flow.snippets.refresh import STEPS

PHASES = {
    "schedule": "the task before has ended, the scheduler knows that this one may run",
    "slot": "it waits for one of the pool's slots and of the executor's",
    "fork": "queued until its process is there",
    "enter": "its process until our first statement",
    "submit": "our first statement to the committed dispatch",
    "take": "the dispatch to the agent's claim",
    "work": "the agent's work; our own in steps without an agent",
    "collect": "the agent's end to our last statement",
    "leave": "our last statement to Airflow's end",
}
BEFORE = {"card.craft": "discover", "card.cover": "card.craft", "compose": "collect",
          "finish": "compose"}  # fmt: skip
Place = tuple[str, int]
Task = Mapping[str, Any]

_ROWS = """
SELECT step.airflow_task_id, step.map_index, step.start_timestamp, sent.created_at,
       sent.started_at, sent.finished_at, step.end_timestamp
FROM task_instances AS step JOIN workflow_instances AS flow USING (workflow_id)
LEFT JOIN agent_dispatches AS sent ON sent.task_id = step.external_task_id
WHERE flow.dag_run_id = %s
"""


def read_steps(
    database_url: str, run: Mapping[str, Any], tasks: Sequence[Task]
) -> dict[str, dict[str, list[float]]]:
    """Seconds of each phase, by task and phase, one figure for each instance."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(_ROWS, [run["dag_run_id"]]).fetchall()
    rows: dict[Place, list[datetime | None]] = {(row[0], row[1]): list(row[2:]) for row in found}
    by_place = {(task["task_id"], task["map_index"]): task for task in tasks}
    steps: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in STEPS}
    for place, task in by_place.items():
        if place in rows and task["start_date"]:
            began = _ended_before(place, by_place, run)
            for phase, seconds in _phases(began, task, rows[place]):
                steps[place[0]][phase].append(seconds)
    return steps


def _ended_before(place: Place, tasks: Mapping[Place, Task], run: Mapping[str, Any]) -> datetime:
    task_id, map_index = place
    if task_id == "collect":
        ends = [each["end_date"] for (name, _), each in tasks.items() if name.startswith("card.")]
        last = max((end for end in ends if end), default=None)
        return datetime.fromisoformat(last or tasks["discover", -1]["end_date"])
    if task_id not in BEFORE:
        return datetime.fromisoformat(run["queued_at"])
    before = BEFORE[task_id]
    index = map_index if before.startswith("card.") else -1
    return datetime.fromisoformat(tasks[before, index]["end_date"])


def _phases(
    began: datetime, task: Task, row: Sequence[datetime | None]
) -> Iterator[tuple[str, float]]:
    airflow = [datetime.fromisoformat(task[name]) for name in _AIRFLOW]
    entered, sent, taken, done, last = row
    if last is None or entered is None:
        return
    ours = [entered, sent, taken, done, last] if sent and taken and done else [entered, last]
    names = list(PHASES) if len(ours) == 5 else [*list(PHASES)[:4], "work", "leave"]
    moments = [began, *airflow, *ours, datetime.fromisoformat(task["end_date"])]
    for name, (start, end) in zip(names, pairwise(moments), strict=True):
        yield name, max(0.0, (end - start).total_seconds())


_AIRFLOW = ("scheduled_when", "queued_when", "start_date")


def describe_steps(steps: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """A line for each task: the median of each phase, in seconds."""
    lines = [f"  {'':<12}{'n':>4}" + "".join(f"{phase:>10}" for phase in PHASES)]
    for name, phases in steps.items():
        count = max((len(seconds) for seconds in phases.values()), default=0)
        cells = [
            f"{statistics.median(phases[phase]):.3f}" if phases.get(phase) else ""
            for phase in PHASES
        ]
        lines.append(f"  {name:<12}{count:>4}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)
