"""What became of a podcast, judged from its steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.canonical import JSON
from plugins.flow.notification import Notice
from plugins.step.rows import StepState

NEEDED = ("harvest", "weave_script", "forge_voice")
"""Without these there is no episode."""

SENTENCES = {
    "harvest": "The sources could not be used",
    "weave_script": "The script could not be written",
    "forge_voice": "The voices could not be recorded",
    "generate_cover": "There is no cover",
}
NOT_TAKEN = "The episode is ready, but the stream feeder could not be told."
WITHHELD = "The episode did not pass its quality control"
OUTDATED = "The script was written anew, but the voices have not spoken it yet."
UNFINISHED = "It could not be finished"
UNPUBLISHED = "The episode was made, but it could not be published"


@dataclass(frozen=True)
class Outcome:
    """How a workflow ended."""

    status: str
    """completed, completed_with_errors or failed."""
    error: str | None = None
    """A sentence that a listener understands."""


def judge(steps: Mapping[str, StepState], notice: Notice | None = None) -> Outcome:
    """The outcome of the podcast flow.

    Args:
        steps: the newest attempt at each task, by Airflow's task id.
        notice: what the stream feeder said to the finished audio; None where it was not asked.
    """
    for task_id in NEEDED:
        step = steps.get(task_id)
        if step is None or step.status != "completed":
            return Outcome("failed", explain(task_id, step))
    if not speaks_newest(steps):
        return Outcome("failed", OUTDATED)
    if audio_of(steps) is None:
        return Outcome("failed", f"{SENTENCES['forge_voice']}: there is no sound.")
    if notice is not None and notice.withheld:
        return Outcome("completed_with_errors", f"{WITHHELD}: {', '.join(notice.withheld)}.")
    cover = steps.get("generate_cover")
    if cover is not None and cover.status not in ("completed", "skipped"):
        return Outcome("completed_with_errors", explain("generate_cover", cover))
    if notice is not None and not notice.taken:
        return Outcome("completed_with_errors", NOT_TAKEN)
    return Outcome("completed")


def explain(task_id: str, step: StepState | None) -> str:
    """Why a step made nothing, in a sentence."""
    return explain_sentence(SENTENCES[task_id], step)


def explain_sentence(sentence: str, step: StepState | None) -> str:
    """The sentence, with the step's own words behind it where it left any."""
    reason = str((step.error or {}).get("message") or "") if step else ""
    return f"{sentence}: {reason}" if reason else f"{sentence}."


def speaks_newest(steps: Mapping[str, StepState]) -> bool:
    """Whether the voices spoke the newest script; none is heard under another's transcript."""
    spoken = steps["forge_voice"].inputs.get("revision")
    return spoken is None or spoken == steps["weave_script"].generation


def unfinished(steps: Mapping[str, StepState]) -> str:
    """Why there is no episode, where the run failed before anybody could say so."""
    if not steps.keys() & SENTENCES.keys():
        broken = next((step for step in steps.values() if step.status == "failed"), None)
        return explain_sentence(UNFINISHED, broken)
    outcome = judge(steps)
    if outcome.status == "failed" and outcome.error:
        return outcome.error
    return explain_sentence(UNPUBLISHED, steps.get("publish"))


def episode_of(steps: Mapping[str, StepState]) -> dict[str, JSON] | None:
    """The sound of an episode that stands; None where a needed step is missing."""
    return None if judge(steps).status == "failed" else audio_of(steps)


def audio_of(steps: Mapping[str, StepState]) -> dict[str, JSON] | None:
    """What the voice made, if one can hear it."""
    step = steps.get("forge_voice")
    made = step.summary if step is not None and step.status == "completed" else None
    if not made or not made.get("audio_filepath"):
        return None
    return made if float(made.get("duration_seconds") or 0) > 0 else None
