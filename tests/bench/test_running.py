"""What a bench waits for before it measures."""

import time

import pytest

from tests.bench.running import CLEAR, refresh_is_near


@pytest.mark.parametrize(("seconds", "near"), [(CLEAR - 5, True), (1800, False), (None, False)])
def test_no_episode_is_measured_beside_a_refresh(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, near: bool
) -> None:
    minute = "" if seconds is None else f"{time.gmtime(time.time() + seconds).tm_min} * * * *"
    monkeypatch.setenv("AETHERCAST_SNIPPETS_SCHEDULE", minute)
    assert refresh_is_near() is near
