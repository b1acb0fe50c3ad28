"""Away from a terminal, each change is one line and nothing is said twice."""

import io
from typing import Any

import pytest
from rich.console import Console

from scripts.watch import EpisodeDisplay, amount, describe


def episode(*agents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"topic": "Bees", "title": None, "agents": list(agents), "script": None, **more}


def script(parts: int, total: int | None, heard: float | None) -> dict[str, Any]:
    lines = [{"line_id": "0.0", "end_seconds": heard}, {"line_id": "0.1", "end_seconds": None}]
    return {"parts": [{"lines": lines}] * parts, "total": total, "estimated_seconds": 181.6}


def agent(status: str, done: float | None = None) -> dict[str, Any]:
    progress = None if done is None else {"done": done, "total": 13.0, "unit": "lines"}
    return {"agent": "VFA", "task": "forge_voice", "status": status, "progress": progress}


def test_changes_are_lines() -> None:
    out = io.StringIO()
    with EpisodeDisplay(Console(file=out, width=200)) as display:
        for state in (agent("pending"), agent("pending"), agent("in_progress", 1),
                      agent("in_progress", 2), agent("completed", 13)):  # fmt: skip
            display.show(episode(state))
    assert [line.split("VFA ")[1] for line in out.getvalue().splitlines()] == [
        "speaks: pending",
        "speaks: in progress 1 of 13 lines",
        "speaks: completed 13 of 13 lines",
    ]


def test_an_agent_that_is_new_to_us_is_shown_as_it_is() -> None:
    assert describe({"agent": "TDA", "task": "discover"}) == "TDA discover"
    state = {"agent": "TDA", "status": "in_progress",
             "progress": {"done": 3.0, "total": None, "unit": "pages"}}  # fmt: skip
    assert amount(state, episode()) == "3 pages"


def test_reading_writing_and_speaking_are_told_by_what_there_is_of_the_episode() -> None:
    sources = [{"harvested": True}, {"harvested": False}]
    made = episode(sources=sources, script=script(2, 7, 12.34))
    wcha, pswa, vfa = (
        {"agent": name, "task": name, "status": "in_progress", "progress": None}
        for name in ("wcha", "pswa", "vfa")
    )
    assert amount(wcha, made) == "1 of 2 sources"
    assert amount(pswa, made) == "2 of 7 parts"
    assert amount(vfa, made) == "12 of about 182 s"
    assert amount(vfa, episode(script=script(1, None, 200.0))) == "200 s"
    done = {**vfa, "status": "completed"}
    assert amount(done, episode(script=script(1, 1, 182.4))) == "182 of 182 s"
    assert amount({**pswa, "status": "pending"}, made) == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_when_sound_began_is_said_once(terminal: bool) -> None:
    out = io.StringIO()
    with EpisodeDisplay(Console(file=out, width=200, force_terminal=terminal)) as display:
        for heard in (None, 3.0, 5.0):
            display.show(episode(agent("in_progress"), script=script(1, 3, heard)))
    assert display.first_audio is not None
    assert out.getvalue().count("first audio") == 1 or terminal


def test_who_joins_late_does_not_know_when_sound_began() -> None:
    with EpisodeDisplay(Console(file=io.StringIO())) as display:
        display.show(episode(agent("in_progress"), script=script(1, 3, 3.0)))
    assert display.first_audio is None
