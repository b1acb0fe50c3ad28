"""The note on a refresh's run in Airflow's UI: what it made, and where the time went."""

import statistics
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from plugins.flow.run_note import LONGEST, Made, describe_total, in_words, shorten
from plugins.flow.snippets.refresh import STEPS
from plugins.flow.snippets.result import Result
from plugins.flow.snippets.verdict import counted
from plugins.step.links import page_url
from plugins.step.rows import Cost, StepState


def compose_refresh_note(
    workflow_id: UUID,
    made: Made,
    result: Result,
    steps: Sequence[StepState],
    costs: Sequence[Cost],
) -> str:
    """The note, in Markdown, at most as long as Airflow accepts; a line for each task, however
    many topics it was mapped over."""
    pieces = [f"**{headline(result)}**: {in_words(made.status)}."]
    if made.error:
        pieces.append(shorten(made.error))
    pieces.append(f"[The page]({page_url()}), workflow {workflow_id}")
    lines = [_line(task_id, steps) for task_id in STEPS]
    pieces.append("\n".join([*filter(None, lines), describe_total(made, costs)]))
    return "\n\n".join(pieces)[:LONGEST]


def headline(result: Result) -> str:
    """What it made, in a line."""
    if result.elsewhere:
        return "Another refresh is at work"
    if result.discover is None or result.discover.status != "completed":
        return "No cards"
    if not result.topics:
        return "Nothing new"
    said = [counted(len(result.made), "card")]
    if result.bare:
        said.append(f"{len(result.bare)} without a cover")
    if result.failed:
        said.append(f"{counted(len(result.failed), 'topic')} without a card")
    if result.feeds:
        failing = f", {len(result.failing_feeds)} failing" if result.failing_feeds else ""
        said.append(f"{counted(len(result.feeds), 'feed')}{failing}")
    return ", ".join(said)


def _line(task_id: str, steps: Sequence[StepState]) -> str:
    """What became of a task, or of all its instances: a median and the longest of them."""
    ours = [step for step in steps if step.airflow_task_id == task_id]
    ours = [step for step in ours if step.status != "in_progress"]
    if not ours:
        return ""
    ends = Counter(in_words(step.status) for step in ours)
    if len(ours) == 1:
        said = [next(iter(ends))]
    else:
        said = [f"{count} {status}" for status, count in ends.most_common()]
    took = [step.seconds for step in ours if step.seconds is not None]
    if len(took) == 1:
        said.append(f"{took[0]:.1f} s")
    elif took:
        said.append(f"{statistics.median(took):.1f} s each, {max(took):.1f} s at most")
    if retries := sum(step.retry_count for step in ours):
        said.append(f"{retries} retries")
    return f"- {task_id} ({ours[0].agent_name}): {', '.join(said)}"
