"""Away from a terminal, each change is one line and nothing is said twice."""

import io
from typing import Any

from rich.console import Console

from scripts.watch import EpisodeDisplay, amount, describe


def agent(status: str, done: float | None = None) -> dict[str, Any]:
    progress = None if done is None else {"done": done, "total": 13.0, "unit": "lines"}
    return {"agent": "VFA", "task": "forge_voice", "status": status, "progress": progress}


def test_changes_are_lines() -> None:
    out = io.StringIO()
    with EpisodeDisplay(Console(file=out, width=200)) as display:
        for state in (agent("pending"), agent("pending"), agent("in_progress", 1),
                      agent("in_progress", 2), agent("completed", 13)):  # fmt: skip
            display.show({"topic": "Bees", "title": None, "agents": [state]})
    assert [line.split("VFA ")[1] for line in out.getvalue().splitlines()] == [
        "speaks: pending",
        "speaks: in progress 1 of 13 lines",
        "speaks: completed 13 of 13 lines",
    ]


def test_an_agent_that_is_new_to_us_is_shown_as_it_is() -> None:
    assert describe({"agent": "TDA", "task": "discover"}) == "TDA discover"
    assert amount({"progress": {"done": 3.0, "total": None, "unit": "pages"}}) == "3 pages"
