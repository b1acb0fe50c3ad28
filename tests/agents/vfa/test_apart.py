"""Mastering in a process of its own: stopped with whoever wants it, and never silently."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from structlog.testing import capture_logs

from agents.errors import Cancelled
from agents.vfa.apart import MASTERINGS_AT_ONCE, NICENESS, make_episode_apart
from agents.vfa.errors import MasteringFailed, MasteringInterrupted, MasteringStarved
from streamer.mastering.labels import Labels
from streamer.webm import encode_line, write_clusters, write_header
from tests.agents.processes import until
from tests.conftest import ROOT

PATIENCE_SECONDS = 60.0


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A stream that never comes to an end: nobody writes into it."""
    os.mkfifo(tmp_path / "endless.webm")
    return tmp_path / "endless.webm"


def masters() -> list[psutil.Process]:
    """The mastering processes of this test."""
    children = psutil.Process().children()
    return [child for child in children if "agents.vfa.apart" in " ".join(child.cmdline())]


def niceness() -> int:
    """What a mastering process of this one has; Linux knows none above 19."""
    return min(19, os.nice(0) + NICENESS)


def master(stream: Path, look: Callable[[], None]) -> None:
    """Master a stream; fails loudly where that has no end."""
    deadline = time.monotonic() + PATIENCE_SECONDS

    def look_in_time() -> None:
        if time.monotonic() > deadline:
            raise TimeoutError("The mastering had no end")
        look()

    make_episode_apart(stream, stream.parent, Labels("A title"), {}, None, look_in_time)


def test_it_is_stopped_with_the_call(endless: Path) -> None:
    def look() -> None:
        if any(child.nice() == niceness() for child in masters()):
            raise Cancelled

    with pytest.raises(Cancelled):
        master(endless, look)
    assert masters() == []


def test_no_more_than_some_are_made_at_once_and_whoever_waits_can_be_stopped(
    tmp_path: Path,
) -> None:
    """Each needs its samples thrice in the scratch folder, a gigabyte for half an hour."""
    calls = [Waiting(tmp_path / str(n)) for n in range(MASTERINGS_AT_ONCE + 2)]
    try:
        for call in calls:
            call.begin()
        until(lambda: all(call.looks > 3 for call in calls), seconds=60)
        assert len(masters()) == MASTERINGS_AT_ONCE
        working = [call for call in calls if call.has_begun()]
        waiting = [call for call in calls if call not in working]
        waiting[0].stop()
        working[0].stop()
        until(waiting[1].has_begun, seconds=60)
    finally:
        for call in calls:
            call.stop()
    assert masters() == []


class Waiting:
    """A call on a thread of its own whose mastering has no end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.stream = folder / "endless.webm"
        os.mkfifo(self.stream)
        self.looks = 0
        self._wanted = True
        self._caught: list[BaseException] = []
        self._thread = threading.Thread(target=self._master, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def _master(self) -> None:
        try:
            master(self.stream, self._look)
        except BaseException as error:
            self._caught.append(error)

    def _look(self) -> None:
        self.looks += 1
        if not self._wanted:
            raise Cancelled

    def has_begun(self) -> bool:
        """Whether its process has begun: it complains into the call's own folder."""
        return (self.stream.parent / "complaint.txt").exists()

    def stop(self) -> None:
        """Let it see that it is not wanted; returns when it is over."""
        self._wanted = False
        self._thread.join(20)
        assert [type(error) for error in self._caught] == [Cancelled]


def test_a_killed_one_may_be_tried_again(endless: Path) -> None:
    def look() -> None:
        for child in masters():
            child.kill()

    with pytest.raises(MasteringInterrupted) as caught:
        master(endless, look)
    assert caught.value.retryable


def test_what_cannot_be_mastered_is_said_in_a_sentence_and_why_is_logged(tmp_path: Path) -> None:
    noise = tmp_path / "stream.webm"
    noise.write_bytes(b"this is no recording")
    with capture_logs() as logs, pytest.raises(MasteringFailed) as caught:
        master(noise, lambda: None)
    assert str(caught.value) == "The episode's files could not be made of its stream."
    assert not caught.value.retryable
    (logged,) = [entry for entry in logs if entry["event"] == "mastering_failed"]
    assert "Invalid data" in logged["complaint"]


def write_silence(path: Path) -> Path:
    """A second of a stream in which nothing is said."""
    path.write_bytes(write_header() + write_clusters(encode_line(np.zeros(48_000, np.float32)), 0))
    return path


def test_a_full_disk_may_have_room_at_the_next_attempt(tmp_path: Path) -> None:
    stream = write_silence(tmp_path / "stream.webm")
    (tmp_path / "stream.webm.f32").symlink_to("/dev/full")
    with pytest.raises(MasteringStarved) as caught:
        master(stream, lambda: None)
    assert caught.value.retryable
    assert str(tmp_path) not in str(caught.value)


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
    until(lambda: psutil.Process(child.pid).nice() == niceness(), seconds=60)
    child.stdin.close()
    assert child.wait(60) == 1
