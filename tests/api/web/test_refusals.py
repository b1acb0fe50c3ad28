"""What goes wrong ends in a sentence that says what to do, or mends itself."""

import json
from typing import Any

import pytest

from streamer.asf.refusals import Refusal
from tests.api.web.chromium import Page
from tests.api.web.conftest import PLAYER, Stage, finish
from tests.api.web.recital import fill, say
from tests.api.web.refuser import run_refuser
from tests.api.web.test_playing import PLACE, PLAY, STATE, TOLD, begin, scene_of, speed

WITHOUT = {
    "no Media Source Extensions": "delete window.MediaSource",
    "no Opus in them": "MediaSource.isTypeSupported = () => false",
    "a source that refuses": "MediaSource.prototype.addSourceBuffer = () => { throw new Error(); }",
}
LITTLE_ROOM = """(() => { const append = SourceBuffer.prototype.appendBuffer;
  SourceBuffer.prototype.appendBuffer = function (data) {
    const held = this.buffered.length && this.buffered.end(0) - this.buffered.start(0);
    if (held > 20) throw new DOMException("full", "QuotaExceededError");
    append.call(this, data);
  }; })()"""
PLAYERS = """(async () => {
  const codes = %s;
  window.players = codes.map((code) => {
    const player = document.createElement("aethercast-player");
    const offer = {title: code, cover: null, live: `%s/?stream_id=${code}`, file: null, minutes: 5};
    offer.refresh = async () => offer;
    document.body.append(player);
    player.offer = offer;
    player.start();
    return player;
  });
})()"""
HEARD = """Object.fromEntries(window.players.map((player) => [player.player.offer.title,
  [player.dataset.state, player.querySelector(".player-status").textContent]]))"""
RETRYABLE = sorted(code for code, ending in Refusal.ENDINGS.items() if ending.retryable)
LASTING = sorted(code for code, ending in Refusal.ENDINGS.items() if not ending.retryable)
ADVICE = ("press play", "open the episode", "ask for", "heard again", "from the beginning")


def test_every_refusal_is_a_sentence(page: Page, stage: Stage) -> None:
    with run_refuser() as address:
        stage.facade.settings.public_asf_url, before = address, stage.facade.settings.public_asf_url
        page.open(stage.link)
        stage.facade.settings.public_asf_url = before
        codes = [*RETRYABLE, *LASTING]
        page.evaluate(PLAYERS % (json.dumps(codes), address), pressed=True)
        lasting = json.dumps(LASTING)
        page.wait(f"{lasting}.every((code) => ({HEARD})[code][0] === 'error')", seconds=30)
        heard: dict[str, Any] = page.evaluate(HEARD)
        page.evaluate("window.players.forEach((player) => player.close())")
    for code, ending in Refusal.ENDINGS.items():  # in our words: codes.ts knows each of them
        assert ending.message not in heard[code][1], code
    for code in LASTING:
        assert any(word in heard[code][1].lower() for word in ADVICE), heard[code]
    for code in RETRYABLE:
        assert heard[code][0] == "reconnecting", (code, heard[code])
        assert heard[code][1].startswith("Reconnecting"), heard[code]


def test_a_link_that_is_not_good_any_more_is_asked_for_again(page: Page, stage: Stage) -> None:
    """The stream's time is over; the episode is finished: it plays from the file."""
    writer = stage.writer()
    say(writer, 3)
    page.open(stage.link)
    finish(stage, writer)
    stage.execute(
        "UPDATE streams SET expires_at = now() - interval '1 day' WHERE stream_id = %s",
        stage.stream_id,
    )
    page.evaluate(
        f"""(async () => {{ const player = {PLAYER}; const {{offer}} = player.player;
        const live = offer.live.replace(/stream_id=[^&]*/, "stream_id=forged");
        player.offer = {{...offer, live}}; }})()"""
    )
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing'")
    assert not page.evaluate(scene_of("growing"))


@pytest.mark.parametrize("lack", WITHOUT)
def test_where_a_browser_cannot_play_live_it_plays_what_is_finished(
    page: Page, stage: Stage, lack: str
) -> None:
    writer = stage.writer()
    say(writer, 3)
    page.send("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT[lack])
    begin(page, stage)
    page.wait(f"{STATE} === 'error'")
    assert "as soon as it is finished" in page.evaluate(TOLD)
    finish(stage, writer)
    page.wait(f"{STATE} === 'paused'")
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing'")
    speed(page, 4)
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.2


def test_a_browser_with_little_room_is_fed_in_small_bites(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    fill(writer, 1)
    writer.end()
    page.send("Page.addScriptToEvaluateOnNewDocument", source=LITTLE_ROOM)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    speed(page, 16)
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1


def test_a_browser_that_wants_a_press_first_gets_it(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 2)
    page.open(stage.link)
    page.evaluate(f"{PLAYER}.start()")
    page.wait(f"{STATE} === 'paused'")
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing'")


def test_a_facade_that_is_away_does_not_stop_the_sound(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 2)
    page.send("Network.setBlockedURLs", urls=["*/api/v1/*"])
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    writer.end()
    page.wait(f"{STATE} === 'ended'")
    page.forgive("Failed to load resource")
    page.send("Network.setBlockedURLs", urls=[])


def test_a_visit_to_a_finished_episode_plays_the_file(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 6)
    finish(stage, writer)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    page.evaluate(f"{PLAYER}.seek(5)")
    page.wait(f"{STATE} === 'playing' && {PLACE} > 5")
    assert page.evaluate(scene_of("to")) > writer.seconds - 0.2


def test_a_place_chosen_before_the_file_came_is_kept(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 6)
    finish(stage, writer)
    page.open(stage.link)
    page.evaluate(f"{PLAYER}.start(); {PLAYER}.seek(5)", pressed=True)
    page.wait(f"{STATE} === 'playing'")
    assert page.evaluate(PLACE) >= 5
