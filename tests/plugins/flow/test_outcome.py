"""How a podcast ended, from its steps alone."""

from dataclasses import replace
from typing import Any

import pytest

from plugins.flow.notification import Notice
from plugins.flow.outcome import OUTDATED, judge, unfinished
from plugins.step.rows import StepState

VOICE = {"audio_filepath": "media:///a.mp3", "duration_seconds": 61.5}


def steps(**changed: tuple[str, Any]) -> dict[str, StepState]:
    """The steps of a good run, with some of them otherwise: status, and summary or message."""
    good: dict[str, tuple[str, Any]] = {
        "harvest": ("completed", {}),
        "weave_script": ("completed", {}),
        "forge_voice": ("completed", VOICE),
        "generate_cover": ("completed", {"image_url": "media:///c.png"}),
    }
    made = {}
    for order, (task_id, (status, what)) in enumerate((good | changed).items()):
        made[task_id] = StepState(
            airflow_task_id=task_id,
            agent_name="X",
            map_index=-1,
            task_order=order,
            generation=0,
            status=status,
            retry_count=0,
            inputs={},
            summary=what if status == "completed" else None,
            error={"message": what} if isinstance(what, str) else None,
            seconds=1.0,
        )
    return made


TAKEN = Notice(taken=True)
TABLE: list[tuple[dict[str, tuple[str, Any]], Notice | None, str, str]] = [
    ({}, TAKEN, "completed", ""),
    ({"generate_cover": ("skipped", None)}, TAKEN, "completed", ""),
    ({"generate_cover": ("failed", "No ink.")}, TAKEN, "completed_with_errors", "cover: No ink."),
    ({"generate_cover": ("cancelled", None)}, TAKEN, "completed_with_errors", "no cover."),
    ({"generate_cover": ("in_progress", None)}, TAKEN, "completed_with_errors", "no cover."),
    ({}, Notice(taken=False), "completed_with_errors", "could not be told"),
    ({}, Notice(True, ("too loud", "a gap")), "completed_with_errors", "control: too loud, a gap."),
    (
        {"harvest": ("failed", "No such page.")},
        None,
        "failed",
        "could not be used: No such",
    ),
    ({"weave_script": ("failed", "Too thin.")}, None, "failed", "script could not be written: Too"),
    (
        {"forge_voice": ("failed", "Hoarse.")},
        None,
        "failed",
        "not be recorded: Hoarse",
    ),
    ({"forge_voice": ("skipped", None)}, None, "failed", "voices could not be recorded."),
    ({"forge_voice": ("dispatched", None)}, None, "failed", "voices could not be recorded."),
    ({"forge_voice": ("completed", None)}, None, "failed", "there is no sound"),
    ({"forge_voice": ("completed", VOICE | {"duration_seconds": 0})}, None, "failed", "no sound"),
    (
        {"weave_script": ("failed", "First."), "forge_voice": ("cancelled", "Second.")},
        None,
        "failed",
        "script could not be written: First.",
    ),
    (
        {"forge_voice": ("failed", "Hoarse."), "generate_cover": ("failed", "No ink.")},
        None,
        "failed",
        "Hoarse",
    ),
]


@pytest.mark.parametrize(("changed", "notice", "status", "words"), TABLE)
def test_the_outcome_follows_from_the_steps(
    changed: dict[str, tuple[str, Any]], notice: Notice | None, status: str, words: str
) -> None:
    outcome = judge(steps(**changed), notice)
    assert outcome.status == status
    assert words in (outcome.error or "")
    assert (outcome.error is None) is (status == "completed")


@pytest.mark.parametrize(("spoken", "status"), [(1, "completed"), (0, "failed"), (2, "failed")])
def test_no_voice_is_published_under_another_script(spoken: int, status: str) -> None:
    made = steps()
    made["weave_script"] = replace(made["weave_script"], generation=1)
    made["forge_voice"] = replace(made["forge_voice"], inputs={"revision": spoken}, generation=2)
    outcome = judge(made, TAKEN)
    assert outcome.status == status
    assert outcome.error == (None if status == "completed" else OUTDATED)


def test_a_run_that_broke_at_its_last_step_says_so() -> None:
    broken = steps(publish=("failed", "The worker died."))
    assert (
        unfinished(broken)
        == "The episode was made, but it could not be published: The worker died."
    )
    assert unfinished({}) == "It could not be finished."
    other = {"nap": replace(broken["publish"], airflow_task_id="nap")}
    assert unfinished(other) == "It could not be finished: The worker died."
    assert unfinished(steps(harvest=("failed", "No."))) == "The sources could not be used: No."
    assert unfinished(steps()) == "The episode was made, but it could not be published."


def test_a_step_that_never_ran_is_named() -> None:
    some = steps()
    del some["forge_voice"]
    assert judge(some).status == "failed"
    assert judge({}).error == "The sources could not be used."
