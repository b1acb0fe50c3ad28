"""How long an episode will sound is told honestly: held to runs that were spoken and measured.

``recorded/*.json`` are whole episodes of the library's articles as the embedded voices spoke them:
each line with the second at which it and the pause behind it ended. The pace of the voices was
measured over such runs, so each is held to the pace that the *others* give.
"""

import json
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from agents.aims.text.grounded.script import part_ends
from agents.aims.text.grounded.timing import speech_seconds
from agents.aims.text.tasks import Line, OutlineParameters, Speaker
from agents.pswa.casting import DRAWL
from agents.pswa.settings import ScriptSettings
from agents.vfa.pauses import pause_after
from agents.vfa.script import Line as SpokenLine

Run = dict[str, Any]

RECORDED: dict[str, Run] = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parent / "recorded").glob("*.json"))
}
PACE = ScriptSettings(_env_file=None)  # type: ignore[call-arg]
VOICES = sorted({voice for run in RECORDED.values() for voice in run["voices"].values()})
BOUND = 0.05
AT_THE_END = 0.01


def parts_of(run: Run) -> list[list[Any]]:
    """A run's lines by part."""
    groups = groupby(run["lines"], key=lambda line: line["line_id"].split(".")[0])
    return [list(lines) for _, lines in groups]


def ends_of(run: Run, drawl: dict[Speaker, float]) -> list[float]:
    """When each line ends, as the writer expects it."""
    told = OutlineParameters(
        words_per_minute=PACE.words_per_minute, line_pause_seconds=PACE.line_pause_seconds,
        turn_pause_seconds=PACE.turn_pause_seconds, part_pause_seconds=PACE.part_pause_seconds,
        drawl=drawl,
    )  # fmt: skip
    ends: list[float] = []
    for spoken in parts_of(run):
        lines = [
            Line(speaker=line["speaker"], kind="connective", text=line["text"]) for line in spoken
        ]
        begins = ends[-1] if ends else 0.0
        ends += [begins + end for end in part_ends(lines, told)]
    return ends


def seconds_of(run: Run) -> list[float]:
    """How long each line of a run sounds, without the pause behind it."""
    pauses = [
        pause_after(SpokenLine.model_validate(line), after and SpokenLine.model_validate(after))
        for lines in parts_of(run)
        for line, after in pairwise([*lines, None])
    ]
    ends = [0.0, *(line["end"] for line in run["lines"])]
    return [end - begun - pause for (begun, end), pause in zip(pairwise(ends), pauses, strict=True)]


def measure(voice: str, runs: list[Run]) -> float:
    """How many times longer than the usual pace says a voice spoke."""
    true = expected = 0.0
    for run in runs:
        for line, seconds in zip(run["lines"], seconds_of(run), strict=True):
            if run["voices"][line["speaker"]] == voice:
                true += seconds
                expected += speech_seconds(line["text"], PACE.words_per_minute)
    return true / expected


@pytest.mark.parametrize("name", RECORDED)
def test_the_estimate_is_within_its_bound_from_the_start_to_the_end(name: str) -> None:
    run, others = RECORDED[name], [other for key, other in RECORDED.items() if key != name]
    drawl = {host: measure(voice, others) for host, voice in run["voices"].items()}
    expected, truth = ends_of(run, drawl), run["seconds"]
    assert abs(expected[-1] - truth) <= BOUND * truth
    for end, line in zip(expected, run["lines"], strict=True):
        now = expected[-1] + line["end"] - end
        assert abs(now - truth) <= BOUND * truth
    assert abs(now - truth) <= AT_THE_END * truth


@pytest.mark.parametrize("voice", VOICES)
def test_a_voices_pace_is_the_measured_one(voice: str) -> None:
    assert abs(DRAWL[voice] - measure(voice, list(RECORDED.values()))) <= 0.015


def test_a_pace_that_is_not_the_voices_own_would_be_noticed() -> None:
    run = RECORDED["voyager"]
    swapped: dict[Speaker, float] = {"host_a": DRAWL["nicole"], "host_b": DRAWL["emma"]}
    assert abs(ends_of(run, swapped)[-1] - run["seconds"]) > BOUND * run["seconds"]


def test_every_recorded_voice_can_be_held_out() -> None:
    heard = [voice for run in RECORDED.values() for voice in run["voices"].values()]
    assert len(VOICES) >= 4
    assert all(heard.count(voice) > 1 for voice in VOICES)
    assert sum(run["seconds"] for run in RECORDED.values()) > 500
