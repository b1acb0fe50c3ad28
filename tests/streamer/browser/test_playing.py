"""A real browser plays the stream: live, interrupted, joined late."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamer.record import StreamWriter
from tests.streamer.asf.conftest import Server, capability_for, run_server
from tests.streamer.browser.chromium import Page, find_chromium, open_page
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium on this machine: the stream was NOT tried in a browser"
    " (Debian: apt-get install chromium)",
)
LINES = [babble(0.7 + 0.4 * (n % 3), 120 + 60 * (n % 2), seed=n) for n in range(8)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    assert CHROMIUM is not None
    with open_page(CHROMIUM, tmp_path_factory.mktemp("chromium")) as opened:
        opened.evaluate((Path(__file__).parent / "player.js").read_text())
        yield opened


@pytest.fixture
def server(studio: Studio) -> Iterator[Server]:
    with run_server(studio) as running:
        yield running


def listen(page: Page, server: Server, studio: Studio, **options: Any) -> dict[str, Any]:
    url = json.dumps(server.path(capability_for(studio)))
    heard: dict[str, Any] = page.evaluate(f"window.listen({url}, {json.dumps(options)})")
    return heard


def check_whole(heard: dict[str, Any], writer: StreamWriter, start: float = 0.0) -> None:
    """One range without a gap, from the start to the end of the stream."""
    assert heard["errors"] == []
    assert heard["controls"][-1]["type"] == "stream_end"
    ((first, last),) = heard["ranges"]
    assert first == pytest.approx(start, abs=0.03)
    assert last == pytest.approx(writer.seconds, abs=0.03)
    assert heard["duration"] == pytest.approx(writer.seconds, abs=0.03)


def test_a_browser_plays_what_is_still_being_spoken_and_survives_a_lost_connection(
    page: Page, server: Server, studio: Studio
) -> None:
    writer = studio.open()

    def speak() -> None:
        for position, samples in enumerate(LINES):
            writer.append(f"0.{position}", samples, 0.3)
            time.sleep(0.1)
        writer.end()

    speaking = threading.Thread(target=speak)
    speaking.start()
    heard = listen(page, server, studio, hangUpAt=30_001, untilSeconds=2)
    speaking.join()
    check_whole(heard, writer)
    assert heard["connections"] == 2
    assert heard["received"] == writer.length
    assert heard["position"] >= 2


def test_a_browser_joins_at_the_live_edge(page: Page, server: Server, studio: Studio) -> None:
    writer = studio.open()
    for position, samples in enumerate(LINES[:4]):
        writer.append(f"0.{position}", samples, 0.3)
    edge = writer.line_spans["0.3"].start

    def speak() -> None:
        time.sleep(0.5)
        writer.append("0.4", LINES[4], 0.3)
        writer.end()

    speaking = threading.Thread(target=speak)
    speaking.start()
    heard = listen(page, server, studio, **{"from": "live"})
    speaking.join()
    check_whole(heard, writer, start=edge)
    assert heard["position"] >= edge - 0.03
