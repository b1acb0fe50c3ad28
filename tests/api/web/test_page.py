"""The episode's page for eyes, ears and fingers: what stands there, and how it is worked."""

import time
import uuid
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from agents.iga.painting.cover import paint_cover
from api.login_link import mint
from api.web import built
from streamer.media import keep
from tests.api.conftest import Facade, ask_podcast
from tests.api.made import start_task, write_source
from tests.api.web.chromium import Page
from tests.api.web.conftest import PLAYER, Feeder, Stage, finish, set_stage
from tests.api.web.recital import say
from tests.api.web.script import write_conversation
from tests.api.web.test_playing import PLACE, PLAY, STATE, begin, scene_of
from tests.conftest import ROOT

AXE = ROOT / "api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """(async () => (await axe.run(document)).violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => [id, ...nodes.map(({html}) => html.slice(0, 200))]))()"""
TITLE = "How coffee conquered the world"
WIDTHS = {390: 844, 820: 1180, 1440: 900}
PROGRESS = "document.getElementById('progress').textContent"
ANNOUNCED = """(({title, artwork}) => [title, artwork.length === 1])(
    navigator.mediaSession.metadata)"""
LIT = "document.querySelector('#transcript [aria-current]')?.id"


@pytest.fixture
def conversation(stage: Stage) -> Stage:
    """An episode with a script and sources, its first lines spoken."""
    with psycopg.connect(stage.facade.settings.database_url, autocommit=True) as connection:
        source = write_source(connection, stage.workflow_id, title="A history of coffee")
        write_conversation(connection, stage.workflow_id, source)
        picture = paint_cover("coffee", TITLE, 480, 480).data
        name = f"covers/{stage.workflow_id}.jpg"
        uri = keep(connection, stage.store, name, picture, "image/jpeg", None, stage.workflow_id)
        connection.execute(
            "UPDATE podcasts SET cover_uri = %s WHERE podcast_id = %s", [uri, stage.workflow_id]
        )
    return stage


def test_keys_do_what_the_mouse_does(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 8)
    finish(stage, writer)
    page.open(stage.link)
    tab_to(page, "Play")
    page.press(" ")
    page.wait(f"{STATE} === 'playing'")
    page.press("Enter")
    page.wait(f"{STATE} === 'paused'")
    page.evaluate(f"{PLAYER}.seek(0)")
    tab_to(page, "Place in the episode")
    last = page.evaluate(scene_of("to"))
    for key, place in (("ArrowRight", 5.0), ("ArrowLeft", 0.0), ("End", last), ("Home", 0.0)):
        page.press(key)
        page.wait(f"Math.abs({PLACE} - {place}) < 0.3")
    tab_to(page, "Speed")
    tab_to(page, "Volume")
    page.press("ArrowLeft")
    assert page.evaluate(f"{PLAYER}.audio.volume") < 1


def test_a_drag_that_returns_to_where_it_began_lets_go(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 8)
    finish(stage, writer)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {scene_of('to')} > 8")
    page.click(PLAY)
    page.wait(f"{STATE} === 'paused'")
    page.evaluate(f"{PLAYER}.seek(0)")
    line = f"{PLAYER}.querySelector('.player-place')"
    page.wait(f"{PLACE} === 0 && {line}.value === '0'")
    left, middle, height = page.evaluate(
        f"(({{x, y, width, height}}) => [x, x + width / 2, y + height / 2])"
        f"({line}.getBoundingClientRect())"
    )
    page.evaluate(f"{line}.addEventListener('change', () => (window.changed = true))")
    page.drag((left + 1, height), (middle, height), (left + 1, height))
    assert page.evaluate("window.changed") is None
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing' && Number({line}.value) > 0.5")


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key until the control of that name has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            return
        page.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {name}")


def test_a_screen_reader_finds_its_way(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 8)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {PLACE} > 1")
    page.click(PLAY)
    page.wait(f"{STATE} === 'paused' && {scene_of('to')} > {writer.seconds - 0.1}")
    page.evaluate(f"{PLAYER}.seek(2)")
    found = {(each["role"], each["name"]): each["value"] for each in page.spoken_tree()}
    for role, name in (
        ("region", "Player"), ("button", "Play"), ("button", "Back 15 seconds"),
        ("button", "Forward 15 seconds"), ("button", "Live: go to what is being made now"),
        ("combobox", "Speed"), ("slider", "Volume"), ("slider", "Place in the episode"),
    ):  # fmt: skip
        assert (role, name) in found, (role, name)
    value = f"{PLAYER}.querySelector('.player-place').getAttribute('aria-valuetext')"
    page.wait(f"{value} === '2 seconds of {int(writer.seconds)} seconds'")
    status = page.evaluate(
        f'(({{role, ariaLive}}) => [role, ariaLive])({PLAYER}.querySelector(".player-status"))'
    )
    assert status == ["status", "polite"]
    writer.end()


def test_the_line_that_is_spoken_is_lit(page: Page, conversation: Stage) -> None:
    writer = conversation.writer()
    say(writer, 1)
    page.open(conversation.link)
    assert page.evaluate("document.querySelectorAll('#transcript p').length") == 7
    say(writer, 2, first=1)  # becomes known while one listens
    page.click(PLAY)
    page.wait(f"{LIT} === 'line-0.0'")
    page.wait(f"{LIT} === 'line-0.2'")
    assert page.evaluate(ANNOUNCED) == [TITLE, True]
    finish(conversation, writer)
    page.wait("document.querySelector('h1').textContent === 'Coffee'")
    assert page.evaluate("document.title") == "Coffee · Aethercast"
    assert page.evaluate(ANNOUNCED) == ["Coffee", True]
    page.wait(f"{STATE} === 'ended'")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_left_out(
    page: Page, conversation: Stage, theme: str, pictures: Path | None
) -> None:
    """axe finds nothing serious, in the making and playing, at each width."""
    writer = conversation.writer()
    say(writer, 3)
    begin(page, conversation)
    page.wait(f"{STATE} === 'playing' && {PLACE} > 1")
    page.evaluate(AXE.read_text())
    for width, height in WIDTHS.items():
        page.look(width, height, theme)
        assert page.evaluate(FINDINGS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if pictures:
            page.picture(pictures / f"{theme}-{width}.png")


def test_without_scripts_it_can_be_read_and_heard(page: Page, conversation: Stage) -> None:
    writer = conversation.writer()
    say(writer, 3)
    finish(conversation, writer)
    with page.without_scripts():
        page.send("Page.navigate", url=conversation.link)
        until = time.monotonic() + 20
        while not any("goats" in each["name"] for each in page.spoken_tree()):
            assert time.monotonic() < until, "no page appears"
            time.sleep(0.05)
        assert any(each["role"] == "Audio" for each in page.spoken_tree())


def test_a_page_whose_player_was_not_built_says_so(
    facade: Facade, ada: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(built.find_page, "__defaults__", (tmp_path,))
    workflow_id = ask_podcast(ada).json()["workflow_id"]
    text = ada.get(f"/episodes/{workflow_id}").text
    assert "player was not built" in text
    assert "<script" not in text
    assert '<meta http-equiv="refresh"' in text.partition("<noscript>")[0]


def test_assets_are_kept_for_ever_and_nothing_else_is_served(
    facade: Facade, ada: httpx.Client
) -> None:
    page = built.find_page("episode")
    assert page
    answer = ada.get(page.script)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    for path in ("/web/manifest.json", "/web/assets/none.js", "/web/.complete", "/web/",
                 "/web/assets/..%2fmanifest.json"):  # fmt: skip
        assert ada.get(path).status_code == 404, path


def open_signed_in(page: Page, facade: Facade, pool: ConnectionPool) -> Stage:
    """By the printed link and the button."""
    subject = f"caller-{uuid.uuid4()}"
    with facade.client(subject) as caller:
        stage = set_stage(facade, caller, pool)
    address = f"/episodes/{stage.workflow_id}"
    page.open(f"{facade.url}/login?code={mint(facade.settings, subject)}&next={address}")
    page.click("button")
    page.wait(f"location.pathname === '{address}' && document.readyState === 'complete'")
    assert page.evaluate("document.querySelector('main').dataset.events") is not None
    return stage


def test_an_end_that_could_not_be_looked_up_is_looked_up_again(
    page: Page, shared: Facade, feeder: Feeder, pool: ConnectionPool
) -> None:
    stage = open_signed_in(page, shared, pool)
    writer = stage.writer()
    say(writer, 1)
    page.wait(f"{PROGRESS} !== ''")
    page.evaluate(
        """(() => { window.refused = 0; const fetched = window.fetch;
        window.fetch = (...asked) => {
          if (!window.away) return fetched(...asked);
          window.refused += 1;
          return Promise.reject(new TypeError("away"));
        }; window.away = true; })()"""
    )
    finish(stage, writer)
    page.wait("window.refused > 0")
    page.evaluate("new Promise((go) => setTimeout(go, 3000))")  # the last word was said meanwhile
    page.evaluate("window.away = false")
    page.wait(f"{PROGRESS} === 'Finished'")


def test_who_is_signed_in_sees_the_episode_being_made(
    page: Page, shared: Facade, feeder: Feeder, pool: ConnectionPool
) -> None:
    """By server-sent events."""
    stage = open_signed_in(page, shared, pool)
    asked = "performance.getEntriesByType('resource').map(({name}) => name)"
    page.wait(f"{asked}.some((name) => name.endsWith('/events')) || {PROGRESS} !== ''")
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        progress = {"done": 2, "total": 5, "unit": "parts"}
        start_task(
            connection, stage.workflow_id, 1, ("pswa", "weave_script"), "in_progress",
            progress=progress,
        )  # fmt: skip
        for title, url in (("On tides", "https://example.org/t"), ("<i>x", "javascript:alert(1)")):
            write_source(connection, stage.workflow_id, title=title, url=url)
    page.wait(f"{PROGRESS}.startsWith('Writing (2 of about 5 parts)')")
    page.wait("document.querySelectorAll('#sources li').length === 2")
    links = "[...document.querySelectorAll('#sources a')].map(({href}) => href)"
    assert page.evaluate(links) == ["https://example.org/t"]
    writer = stage.writer()
    say(writer, 2)
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing'")
    finish(stage, writer)
    page.wait(f"{PROGRESS} === 'Finished' && document.querySelector('h1').textContent === 'Coffee'")
    page.wait(f"{STATE} === 'ended'")
