"""How long an episode will sound is told honestly: held to runs that were spoken and measured.

``recorded/*.json`` are whole episodes of the library's articles as the embedded voices spoke them:
each line with the second at which it and the pause behind it ended.
"""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from agents.aims.text.grounded.script import part_ends
from agents.aims.text.tasks import Line, OutlineParameters
from agents.pswa.casting import DRAWL
from agents.pswa.settings import ScriptSettings

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
BOUND = 0.05
AT_THE_END = 0.01


def ends_of(run: dict[str, Any]) -> list[float]:
    """When each line ends, as the writer expects it."""
    pace = ScriptSettings(_env_file=None)  # type: ignore[call-arg]
    told = OutlineParameters(
        words_per_minute=pace.words_per_minute, line_pause_seconds=pace.line_pause_seconds,
        turn_pause_seconds=pace.turn_pause_seconds, part_pause_seconds=pace.part_pause_seconds,
        drawl={host: DRAWL[voice] for host, voice in run["voices"].items()},
    )  # fmt: skip
    ends: list[float] = []
    for _, group in groupby(run["lines"], key=lambda line: line["line_id"].split(".")[0]):
        lines = [
            Line(speaker=line["speaker"], kind="connective", text=line["text"]) for line in group
        ]
        begins = ends[-1] if ends else 0.0
        ends += [begins + end for end in part_ends(lines, told)]
    return ends


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_estimate_is_within_its_bound_from_the_start_to_the_end(file: Path) -> None:
    run = json.loads(file.read_text(encoding="utf-8"))
    expected, truth = ends_of(run), run["seconds"]
    assert abs(expected[-1] - truth) <= BOUND * truth
    for end, line in zip(expected, run["lines"], strict=True):
        now = expected[-1] + line["end"] - end
        assert abs(now - truth) <= BOUND * truth
    assert abs(now - truth) <= AT_THE_END * truth


def test_several_voices_were_recorded() -> None:
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in RECORDED]
    assert len({voice for run in runs for voice in run["voices"].values()}) >= 3
    assert sum(run["seconds"] for run in runs) > 400
