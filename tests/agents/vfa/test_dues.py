"""The model service learns when a listener needs each line."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents import dispatch
from agents.process import Process
from agents.vfa.clock import estimate_seconds
from agents.vfa.settings import VoiceSettings
from agents.vfa.task import forge_voice
from streamer.record import StreamWriter
from tests.agents.processes import until
from tests.agents.slow_models import serve_slowly
from tests.agents.vfa.conftest import LINES, Connection, Desk

TEXTS = [text for part in LINES for _, text in part]
BUFFER = VoiceSettings().voice_buffer_seconds
RECORDED_SECONDS = 40.0
Dues = Callable[[list[str]], list[float]]


@pytest.fixture
def tell_dues(desk: Desk, connection: Connection, process: Process, broker: str) -> Dues:
    """When a voice says that lines are due which are never spoken to an end, in seconds."""

    def tell(texts: list[str]) -> list[float]:
        with connection.transaction():
            task_id = dispatch.record(connection, "vfa.forge_voice", desk.kwargs()).task_id
        with serve_slowly() as models:
            settings = process.settings.model_copy(update={"aims_url": models.url})
            arguments: Any = (replace(process, settings=settings), task_id, desk.kwargs())
            voice = threading.Thread(target=forge_voice.perform, args=arguments)
            voice.start()
            until(lambda: len(models.lines) == len(texts))
            dispatch.cancel(connection, task_id)
            voice.join(20)
        assert not voice.is_alive()
        return [models.lines[text]["due_in_seconds"] for text in texts]

    return tell


def expect_dues(texts: list[str]) -> list[float]:
    """In how many seconds each is needed, where the first is needed now."""
    return [sum(estimate_seconds(t, 1.0) for t in texts[:n]) for n in range(len(texts))]


def record_first_line(desk: Desk, process: Process) -> None:
    """What an earlier run of the voice left behind."""
    owner = desk.kwargs()["idempotency_key"]
    writer = StreamWriter.open(process.pool, process.media, desk.stream_id, owner)
    writer.append("0.0", np.zeros(int(RECORDED_SECONDS * 24_000), dtype=np.float32), 0.0)


def test_a_voice_that_goes_on_knows_how_far_its_listener_is(
    desk: Desk, process: Process, tell_dues: Dues
) -> None:
    desk.write_all()
    before = time.monotonic()
    record_first_line(desk, process)
    dues = tell_dues(TEXTS[1:])
    passed = time.monotonic() - before
    in_hand = BUFFER + RECORDED_SECONDS
    for due, ahead in zip(dues, expect_dues(TEXTS[1:]), strict=True):
        assert in_hand + ahead - passed <= due <= in_hand + ahead + 1e-6


def test_a_voice_that_goes_on_too_late_is_awaited(
    desk: Desk, connection: Connection, process: Process, tell_dues: Dues
) -> None:
    desk.write_all()
    record_first_line(desk, process)
    connection.execute("UPDATE stream_segments SET created_at = created_at - interval '1 minute'")
    assert tell_dues(TEXTS[1:])[0] == 0.0


def test_each_line_is_due_when_those_before_it_have_been_heard(desk: Desk, tell_dues: Dues) -> None:
    desk.write_all()
    before = time.monotonic()
    dues = tell_dues(TEXTS)
    passed = time.monotonic() - before
    assert dues == sorted(dues)
    assert dues[0] == 0.0
    # Less what passed between the moment it was reckoned and the moment it was told.
    for due, full in zip(dues, expect_dues(TEXTS), strict=True):
        assert full - passed <= due <= full + 1e-6
    assert dues[-1] > 0.0
