"""One loudness: what a listener decodes from the stream, voice by voice."""

from pathlib import Path
from typing import Any

import numpy as np

from agents.idempotency import Completed
from agents.process import Process
from agents.vfa.task import forge_voice
from streamer.mastering.loudness import measure_loudness
from streamer.mastering.sound import decode
from streamer.webm import SAMPLE_RATE
from tests.agents.vfa.conftest import Desk

TARGET_LUFS = -18.0
PASSAGE = (
    "The strike began before dawn, and it ended shortly before midnight. Most of the canal was dug "
    "by hand, through clay and rock, over the course of eleven years.",
    "Why does that matter for the people who fish along the coast?",
    "Because the smaller fish move to deeper water, the boats have to travel farther.",
)  # fmt: skip


def stream_loudness(desk: Desk, process: Process, folder: Path, **voices: Any) -> dict[str, float]:
    """LUFS by host, over a passage that both speak, measured on the decoded stream."""
    desk.publish(0, [(host, text) for text in PASSAGE for host in ("host_a", "host_b")])
    desk.complete(1)
    kwargs = desk.kwargs() | {"voice_params": voices}
    ending = forge_voice.perform(process, None, kwargs)
    assert isinstance(ending, Completed), ending
    with process.media.as_file(ending.result["stream_uri"]) as stream:
        heard = decode(stream, folder)
    said: dict[str, list[Any]] = {"host_a": [], "host_b": []}
    for number, line in enumerate(ending.result["lines"]):
        start = round(line["start"] * SAMPLE_RATE)
        end = start + round(line["seconds"] * SAMPLE_RATE)
        said["host_b" if number % 2 else "host_a"].append(heard[start:end])
    return {host: measure_loudness(np.concatenate(pieces)) for host, pieces in said.items()}


def test_both_hosts_are_heard_at_the_one_loudness(
    desk: Desk, process: Process, tmp_path: Path
) -> None:
    measured = stream_loudness(desk, process, tmp_path, host_a="heart", host_b="michael")
    assert all(abs(lufs - TARGET_LUFS) <= 1.0 for lufs in measured.values()), measured
    assert abs(measured["host_a"] - measured["host_b"]) <= 1.0, measured
