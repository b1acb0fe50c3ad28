"""How soon, and for how long, the page's player plays: ``make bench-player``.

A real Chromium on a page of a real facade, a real ASF, streams of synthetic speech. Printed are

- live: from handing the first line to the record (to be encoded, stored, recorded) to the page's
  `playing`, ten runs, the listener having pressed play before there was anything;
- late: from the press to `playing`, five minutes being recorded already, ten runs;
- seek: from the wish to sound at the new place, to what the browser's buffer has forgotten;
- half an hour, every second of it, at sixteen times the speed: where it ends, what was received,
  how much the buffer held at most, how often it stalled, what the page complained of. The stream
  is finished before, so this says nothing of how soon a line is heard.

``ARGS="--rate 1"`` plays the half hour as it is spoken, at its own speed. It ends with 1 where the
player does not begin within a second of the first line, or does not play all of the half hour.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg_pool import ConnectionPool

from api.app import create_app
from streamer.webm import encode_line, to_stream_rate
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, make_settings
from tests.api.serving import serve
from tests.api.web.chromium import Browser, Page, find_chromium, open_browser
from tests.api.web.conftest import AUDIO, PLAYER, Stage, run_feeder, set_stage
from tests.api.web.recital import LINES, fill, say
from tests.api.web.test_playing import BUFFERED, PLACE, PLAY, STATE, begin, scene_of, speed
from tests.bench.servers import Servers
from tests.conftest import create_database, migrate

RUNS = 10
SOON = 1.0
"""Seconds from the first line's record to sound at the latest."""
EXACT = 0.1
"""By how many seconds the end may be beside the stream's."""
NOW = "performance.timeOrigin + performance.now()"
NOTE_PLAYING = f"""(() => {{ window.playedAt = null; {AUDIO}.addEventListener("playing",
    () => window.playedAt ??= {NOW}); }})()"""


@dataclass(frozen=True)
class HalfHour:
    """How the page played it."""

    state: str
    place: float
    """Where it stood at the end, in seconds."""
    seconds: float
    """How long the stream is."""
    whole: bool
    """Whether it received the stream's own bytes."""
    complaints: list[str]


def judge(lives: list[float], played: HalfHour) -> list[str]:
    """What was promised and not kept."""
    promises = {
        f"playing within {SOON:g} s of the first line": max(lives) <= SOON,
        "half an hour to its end": played.state == "ended"
        and abs(played.place - played.seconds) < EXACT,
        "byte-identical": played.whole,
        "no complaint of the page": not played.complaints,
    }
    return [promise for promise, kept in promises.items() if not kept]


def live(page: Page, stage: Stage) -> float:
    """Seconds from the first line's record to sound."""
    writer = stage.writer()
    begin(page, stage)
    page.evaluate(NOTE_PLAYING)
    page.wait(f"{STATE} === 'waiting'")
    time.sleep(0.5)  # it waits, connected
    recorded = time.time()
    say(writer, 1)
    return float(page.wait("window.playedAt")) / 1000 - recorded


def late(page: Page, stage: Stage) -> float:
    """Seconds from pressing play to sound."""
    fill(stage.writer(), 5)
    page.open(stage.link)
    page.evaluate(NOTE_PLAYING)
    page.evaluate(f"(document.querySelector('{PLAY}').addEventListener('click',"
                  f" () => window.pressedAt = {NOW}, true))")  # fmt: skip
    page.click(PLAY)
    return float(page.wait("window.playedAt") - page.evaluate("window.pressedAt")) / 1000


def seeks(page: Page, stage: Stage) -> list[float]:
    """Seconds from the wish to sound, back and forth over minutes that are not buffered."""
    writer = stage.writer()
    fill(writer, 12)
    writer.end()
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    page.evaluate(f"{PLAYER}.goLive()")
    page.wait(f"{scene_of('to')} >= 720")
    taken = []
    for minute in (1, 6, 2, 9, 4, 10, 0, 5, 3, 8):
        page.evaluate(NOTE_PLAYING)
        wished = page.evaluate(f"(() => {{ const at = {NOW}; {PLAYER}.seek({minute * 60});"
                               " return at; })()")  # fmt: skip
        taken.append(float(page.wait("window.playedAt") - wished) / 1000)
    return taken


def half_an_hour(page: Page, stage: Stage, rate: float) -> HalfHour:
    """All of it; prints what it was like."""
    writer = stage.writer()
    fill(writer, 30)
    ended = writer.end()
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    speed(page, rate)
    began, most, heap = time.monotonic(), 0.0, 0
    while (state := page.evaluate(STATE)) not in ("ended", "error"):
        ranges = page.evaluate(BUFFERED)
        most = max([most, *(end - start for start, end in ranges)])
        heap = max(heap, page.evaluate("performance.memory.usedJSHeapSize"))
        time.sleep(0.5)
    place, received = page.evaluate(PLACE), page.evaluate(f"{PLAYER}.player.received()")
    whole = received == [ended.bytes, ended.sha256]
    print(f"half an hour at {rate:g} x: {state} at {place:.2f} of {writer.seconds:.2f} s after"
          f" {time.monotonic() - began:.0f} s; byte-identical: {whole}; buffered at most"
          f" {most:.0f} s; JavaScript heap at most {heap / 2**20:.0f} MiB;"
          f" stalls {page.evaluate('window.seen').count('stalled')};"
          f" complaints {page.complaints}")  # fmt: skip
    return HalfHour(state, place, writer.seconds, whole, list(map(str, page.complaints)))


def tell(what: str, taken: list[float]) -> None:
    """A line of the table, in milliseconds."""
    p50, worst = statistics.median(taken) * 1000, max(taken) * 1000
    each = " ".join(f"{seconds * 1000:.0f}" for seconds in taken)
    print(f"{what:42} p50 {p50:5.0f} ms, worst {worst:5.0f} ms of {len(taken)}: {each}", flush=True)


def measure(facade: Facade, browser: Browser, rate: float) -> list[str]:
    """All of it; what was promised and not kept."""
    encode_line(to_stream_rate(LINES[0], 24_000))  # a voice at work has its libraries loaded
    url = facade.settings.database_url
    with (
        run_feeder(facade), facade.client("bench") as caller,
        ConnectionPool(url, min_size=1, max_size=4, open=True) as pool,
    ):  # fmt: skip
        times = {}
        for what, way in (("live, first line recorded to playing", live),
                          ("late, pressed to playing", late)):  # fmt: skip
            taken = []
            for _ in range(RUNS):
                with browser.tab() as page:
                    taken.append(way(page, set_stage(facade, caller, pool)))
                    assert page.complaints == [], page.complaints
            tell(what, taken)
            times[way] = taken
        with browser.tab() as page:
            tell("seek to where nothing is buffered", seeks(page, set_stage(facade, caller, pool)))
        with browser.tab() as page:
            played = half_an_hour(page, set_stage(facade, caller, pool), rate)
    return judge(times[live], played)


def main() -> int:
    """Start what is needed, measure, end it; 1 where a promise was not kept."""
    words = argparse.ArgumentParser()
    words.add_argument("--rate", type=float, default=16.0, help="speed of the half hour")
    program = find_chromium()
    if program is None:
        raise SystemExit("No Chromium on this machine.")
    with TemporaryDirectory() as name:
        folder, servers = Path(name), Servers(Path(name))
        try:
            server = servers.start_data()
            url = create_database(server)
            migrate(url)
            with serve(AirflowWire().app()) as airflow:
                settings = make_settings(url, folder, airflow)
                with serve(create_app(settings)) as served:
                    settings.public_url = served
                    with open_browser(program, folder / "chromium") as browser:
                        facade = Facade(served, settings)
                        broken = measure(facade, browser, words.parse_args().rate)
        finally:
            servers.end()
    print("all promises kept" if not broken else "NOT KEPT: " + "; ".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
