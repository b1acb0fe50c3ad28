"""The page plays what is still being spoken, and survives what happens to connections."""

import json
import signal

from tests.api.web.chromium import Page
from tests.api.web.conftest import AUDIO, PLAYER, Feeder, Stage
from tests.api.web.recital import fill, say, speak
from tests.conftest import stop

STATE = f"{PLAYER}.dataset.state"
TOLD = f'{PLAYER}.querySelector(".player-status").textContent'
PLACE = f"{AUDIO}.currentTime"
PLAY = ".player-toggle"
WATCH = f"""(() => {{ window.seen = []; new MutationObserver(() => window.seen.push({STATE}))
    .observe({PLAYER}, {{attributes: true, attributeFilter: ["data-state"]}}); }})()"""
BUFFERED = f"""(() => {{ const b = {AUDIO}.buffered;
    return [...Array(b.length).keys()].map((n) => [b.start(n), b.end(n)]); }})()"""


def begin(page: Page, stage: Stage) -> None:
    """Open the page and press play."""
    page.open(stage.link)
    page.evaluate(WATCH)
    assert page.evaluate(STATE) == "idle"
    page.click(PLAY)


def seen(page: Page) -> list[str]:
    states: list[str] = page.evaluate("window.seen")
    return states


def scene_of(name: str) -> str:
    """What the player shows, as an expression."""
    return f"{PLAYER}.player.scene.{name}"


def speed(page: Page, rate: float) -> None:
    page.evaluate(f"{AUDIO}.defaultPlaybackRate = {AUDIO}.playbackRate = {rate}")


def test_it_plays_from_the_first_words_to_the_last(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    begin(page, stage)
    page.wait(f"{STATE} === 'waiting'")
    assert "Waiting for the first words" in page.evaluate(TOLD)
    speaking = speak(writer, 4, every=0.3)
    page.wait(f"{STATE} === 'playing'")
    speed(page, 2)
    page.wait(f"{STATE} === 'ended'")
    speaking.join()
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
    assert seen(page) == ["waiting", "playing", "ended"]
    page.click(PLAY)  # once more, from what was received
    page.wait(f"{STATE} === 'playing' && {PLACE} < 2")


def test_it_waits_where_the_sound_runs_out_and_goes_on_by_itself(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 1)
    begin(page, stage)
    page.wait(f"{STATE} === 'stalled'")
    assert "Waiting for more sound" in page.evaluate(TOLD)
    say(writer, 1, first=1)
    page.wait(f"{STATE} === 'playing'")
    page.click(PLAY)
    page.wait(f"{STATE} === 'paused'")
    place = page.evaluate(PLACE)
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing' && {PLACE} > {place}")
    writer.end()
    page.wait(f"{STATE} === 'ended'")


def test_a_cut_in_mid_stream_is_mended_to_the_byte(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    writer = stage.writer()
    say(writer, 4)
    before = feeder.line.connections
    feeder.line.cut_after = feeder.line.carried + 9_001  # in the middle of a cluster
    begin(page, stage)
    page.wait(f"{scene_of('to')} > {writer.seconds - 0.1}")
    assert feeder.line.connections == before + 2
    feeder.line.cut()
    page.wait(f"{STATE} === 'reconnecting'")
    assert "Reconnecting" in page.evaluate(TOLD)
    page.wait(f"{STATE} === 'playing' || {STATE} === 'stalled'")
    say(writer, 2, first=4)
    ended = writer.end()
    speed(page, 4)
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
    assert page.evaluate(f"{PLAYER}.player.received()") == [ended.bytes, ended.sha256]


def test_a_killed_server_costs_nothing(page: Page, stage: Stage, feeder: Feeder) -> None:
    writer = stage.writer()
    say(writer, 3)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    stop(feeder.process, signal.SIGKILL)
    page.wait(f"{STATE} === 'reconnecting'")
    say(writer, 2, first=3)
    feeder.restart()
    page.wait(f"{scene_of('to')} > {writer.seconds - 0.1}")
    ended = writer.end()
    speed(page, 4)
    page.wait(f"{STATE} === 'ended'")
    assert page.evaluate(f"{PLAYER}.player.received()") == [ended.bytes, ended.sha256]
    # While nobody answered, the browser said so on the console; nothing else did.
    page.forgive("WebSocket connection to")


def test_a_voice_that_is_made_anew_is_heard_from_its_beginning(page: Page, stage: Stage) -> None:
    say(stage.writer(), 2)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {PLACE} > 0.5")
    again = stage.writer("second")
    say(again, 1, first=2)
    page.wait(f"{TOLD}.includes('made anew') || {PLACE} < 0.5")
    ended = again.end()
    page.wait(f"{STATE} === 'ended'")
    assert page.evaluate(f"{PLAYER}.player.received()") == [ended.bytes, ended.sha256]


def test_a_voice_that_breaks_is_heard_to_its_end_and_then_explained(
    page: Page, stage: Stage
) -> None:
    writer = stage.writer()
    say(writer, 2)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    writer.fail("No voice.")
    page.evaluate("new Promise((go) => setTimeout(go, 200))")
    assert page.evaluate(STATE) == "playing"
    page.wait(f"{STATE} === 'error'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
    assert "could not be finished" in page.evaluate(TOLD)


def test_a_late_listener_goes_to_what_is_being_made(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    fill(writer, 5)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    page.wait(f"{scene_of('to')} > 100")
    page.wait("!document.querySelector('.player-live').disabled")
    page.click(".player-live")
    page.wait(f"{PLACE} > {writer.seconds - 3}")
    speed(page, 4)
    say(writer, 2)
    writer.end()
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1


def test_half_an_hour_plays_through_and_the_buffer_stays_small(page: Page, stage: Stage) -> None:
    """At sixteen times the speed, and by leaps: `make bench-player` plays the whole of it."""
    writer = stage.writer()
    fill(writer, 30)
    ended = writer.end()
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    assert page.evaluate(scene_of("to")) < 1200  # the server holds the rest back, as it was told
    page.evaluate(f"{PLAYER}.goLive()")
    page.wait(f"{scene_of('to')} >= 1800")
    speed(page, 16)
    longest = 0.0
    for minute in (0, 21, 5, 29.5):
        page.evaluate(f"{PLAYER}.seek({minute * 60})")
        page.wait(f"{PLACE} > {minute * 60 + 12} && {STATE} === 'playing'")
        ranges = page.evaluate(BUFFERED)
        assert len(ranges) == 1, ranges
        longest = max(longest, ranges[0][1] - ranges[0][0])
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
    assert 60 <= longest < 130
    assert page.evaluate(f"{PLAYER}.player.received()") == [ended.bytes, ended.sha256]
    assert json.dumps(seen(page)).count("error") == 0
