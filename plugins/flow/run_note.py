"""The note on a run in Airflow's UI: what it made, and what that cost in time and model calls."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from plugins.airflow_api import AirflowApi
from plugins.settings import FlowSettings
from plugins.step.links import episode_url
from plugins.step.rows import Cost, StepState

LONGEST = 1000
"""Characters Airflow accepts."""
LONGEST_ERROR = 240
"""Characters of the reason, so that the steps below it keep their place."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What became of a workflow."""

    dag_id: str
    """Which flow it was."""
    title: str | None
    status: str
    error: str | None
    """In words a listener understands."""
    seconds: float | None
    """The length of the audio."""
    took: float | None
    """Seconds from the first step to the end; None where somebody cleared in between."""


def compose_note(
    workflow_id: UUID, made: Made, steps: Sequence[StepState], costs: Sequence[Cost]
) -> str:
    """The note, in Markdown, at most as long as Airflow accepts."""
    length = f", {made.seconds / 60:.1f} min" if made.seconds and made.title else ""
    by_agent = {cost.agent_name: cost for cost in costs}
    pieces = [f"**{made.title or 'No episode'}**{length}: {in_words(made.status)}."]
    if made.error:
        pieces.append(shorten(made.error))
    pieces.append(f"[{workflow_id}]({episode_url(workflow_id)})")
    lines = [_line(step, by_agent) for step in steps if step.status != "in_progress"]
    pieces.append("\n".join([*lines, describe_total(made, costs)]))
    return "\n\n".join(pieces)[:LONGEST]


def _line(step: StepState, by_agent: Mapping[str, Cost]) -> str:
    took = f"{step.seconds:.1f} s" if step.seconds is not None else "not run"
    said = [in_words(step.status), took]
    if (cost := by_agent.get(step.agent_name)) is not None:
        said += _spent(cost.calls, cost.reused, cost.characters)
    if step.retry_count:
        said.append(f"{step.retry_count} retries")
    return f"- {step.airflow_task_id} ({step.agent_name}): {', '.join(said)}"


def describe_total(made: Made, costs: Sequence[Cost]) -> str:
    """The last line: what it all took and cost."""
    took = [] if made.took is None else [f"{made.took:.1f} s in all"]
    calls = _spent(sum(cost.calls for cost in costs), sum(cost.reused for cost in costs), 0)
    usd = sum(cost.cost_usd for cost in costs)
    return f"\n{', '.join([*took, *calls, f'${usd:.4f}'])}."


def _spent(calls: int, reused: int, characters: float) -> list[str]:
    """Counts in words; what is nothing is left out, but for the calls."""
    said = [f"{calls} calls"]
    if reused:
        said.append(f"{reused} answered by the journal")
    if characters:
        said.append(f"{characters:,.0f} characters")
    return said


def in_words(status: str) -> str:
    """A status as people write it."""
    return status.replace("_", " ")


def shorten(text: str) -> str:
    """A reason, cut so that what stands below it keeps its place."""
    return text if len(text) <= LONGEST_ERROR else f"{text[: LONGEST_ERROR - 1]}…"


def write_note(settings: FlowSettings, dag_id: str, run_id: str, note: str) -> bool:
    """Put the note on the run, through Airflow's REST API; False where that fails.

    A run without its note is still a good run.
    """
    try:
        with AirflowApi(settings) as airflow:
            airflow.write_note(dag_id, run_id, note)
    except httpx.HTTPError as problem:
        log.warning("run %s: no note written (%s)", run_id, problem)
        return False
    return True


def attach_note(dag_run: Any, note: str) -> None:
    """Put the note on a run that Airflow itself has in hand, in its transaction.

    Asking its REST API from inside a listener would wait for the very rows that the listener's
    caller holds.
    """
    dag_run.note = note
