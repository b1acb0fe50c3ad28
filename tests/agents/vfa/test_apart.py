"""Mastering in a process of its own: stopped with whoever wants it, and never silently."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from agents.errors import Cancelled
from agents.vfa.apart import make_episode_apart
from agents.vfa.errors import MasteringFailed, MasteringInterrupted
from streamer.mastering.labels import Labels
from tests.agents.processes import until
from tests.conftest import ROOT


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A stream that never comes to an end: nobody writes into it."""
    os.mkfifo(tmp_path / "endless.webm")
    return tmp_path / "endless.webm"


def masters() -> list[psutil.Process]:
    """The mastering processes of this test."""
    children = psutil.Process().children()
    return [child for child in children if "agents.vfa.apart" in " ".join(child.cmdline())]


def master(stream: Path, look: object) -> None:
    make_episode_apart(stream, stream.parent, Labels("A title"), {}, None, look)  # type: ignore[arg-type]


def test_it_is_stopped_with_the_call(endless: Path) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.extend(child.nice() for child in masters())
        if seen and seen[-1] == 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        master(endless, look)
    assert masters() == []


def test_a_killed_one_may_be_tried_again(endless: Path) -> None:
    def look() -> None:
        for child in masters():
            child.kill()

    with pytest.raises(MasteringInterrupted) as caught:
        master(endless, look)
    assert caught.value.retryable


def test_what_cannot_be_mastered_says_why(tmp_path: Path) -> None:
    noise = tmp_path / "stream.webm"
    noise.write_bytes(b"this is no recording")
    with pytest.raises(MasteringFailed, match="Invalid data") as caught:
        master(noise, lambda: None)
    assert not caught.value.retryable


def test_it_ends_with_its_parent(endless: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "agents.vfa.apart"], cwd=ROOT, stdin=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    order = {
        "stream": str(endless), "folder": str(endless.parent), "voices": {}, "grounding": None,
        "labels": {"title": "A title", "chapters": []},
    }  # fmt: skip
    child.stdin.write(json.dumps(order) + "\n")
    child.stdin.flush()
    until(lambda: psutil.Process(child.pid).nice() == 10, seconds=60)
    child.stdin.close()
    assert child.wait(60) == 1
