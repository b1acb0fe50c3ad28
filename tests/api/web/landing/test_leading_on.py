"""A search leads on: looking further for its words, an episode made of them. And who speaks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import eventually, new_key
from tests.api.made import write_source
from tests.api.voice_list import serve_voices
from tests.api.web.chromium import Page
from tests.api.web.landing.conftest import Visitor, listen
from tests.api.web.landing.hall import CALM
from tests.api.web.landing.test_dock import explored, focus, podcasts
from tests.api.web.landing.test_journey import FOCUS, MAKING, STATE
from tests.api.web.recital import say
from tests.api.web.script import write_conversation
from tests.api.web.test_finished_meanwhile import give_up
from tests.api.web.test_page import AXE, FINDINGS, WIDTHS

LOOK, MAKE = ".further-look", ".further .listen"
SAID = "document.querySelector('.further-said')?.textContent"
TROUBLE = "document.querySelector('.further .trouble')?.textContent"
MAKES = f"document.querySelector('{MAKE}').textContent"
TEXT = "document.querySelector('main').innerText"
NAMES = """[...document.querySelectorAll('main button')].map((each) =>
    each.getAttribute('aria-label') ?? each.textContent.trim().replace(/\\s+/g, ' '))"""
WIDTH = "document.documentElement.scrollWidth"
IN_MAIN = FINDINGS.replace("run(document)", "run('main')")
END = """UPDATE workflow_instances SET overall_status = %s, end_timestamp = now(),
             last_updated_timestamp = now() WHERE workflow_id = %s"""
ODD = {
    "markup": "<img src=x onerror=alert(1)> {{7*7}}",
    "from right to left": "מגדלורים של הים",
    "pictures": "🎧👩‍🚀 a",
    "one long word": "Donaudampfschifffahrt" * 9,
}


def find(page: Page, words: str) -> None:
    """Search, as a person does."""
    page.click("#search")
    page.evaluate("document.querySelector('#search').select()")
    page.type(words)
    page.press("Enter")
    page.wait(f"new URLSearchParams(location.search).get('q') === {words.strip()!r}")
    page.wait(f"document.querySelector('#search')?.value === {words.strip()!r}")


@contextmanager
def rows_of(visitor: Visitor) -> Iterator[Connection[Any]]:
    url = visitor.house.facade.settings.database_url
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def test_looking_further_shows_what_comes_of_it(visitor: Visitor) -> None:
    page = visitor.page
    find(page, "lanterns of zyzzyva")
    page.wait(f"document.querySelector('{LOOK}') !== null")
    assert "Nothing here tells of “lanterns of zyzzyva” yet." in page.evaluate(TEXT)
    focus(visitor, LOOK)
    page.press("Enter")
    page.press("Enter")
    page.wait(f"{SAID} === 'Looking further…'")
    with rows_of(visitor) as connection:
        workflow_id, user_id = explored(connection, visitor.subject)

        def make(number: int) -> Seeded:
            [made] = seed_cards(
                connection, 1, first=number, covers=False, workflow_id=workflow_id, user_id=user_id
            )
            return made

        found = make(30)
        page.wait(f"document.querySelector('{listen(found)}') !== null")
        assert page.evaluate(SAID) == "1 story found so far…"
        assert page.evaluate(f"{FOCUS}.classList.contains('further-look')")
        page.click(f"{listen(found)} ~ .deeper")  # away, and back while it is still at work
        page.wait("location.pathname.startsWith('/topics/')")
        page.evaluate("history.back()")
        page.wait(f"{SAID} === '1 story found so far…'")
        other = make(31)
        page.wait(f"document.querySelector('{listen(other)}') !== null")
        connection.execute(END, ["completed", workflow_id])
        page.wait(f"{SAID} === '2 stories found.'")
        with pytest.raises(AssertionError):
            explored(connection, visitor.subject, besides=workflow_id, tries=1)
    page.send("Page.reload")
    page.wait(f"{SAID} === '2 stories found.'")
    assert page.evaluate("document.querySelectorAll('.card').length") == 2


def test_where_nothing_comes_of_it_that_is_said(visitor: Visitor) -> None:
    page = visitor.page
    find(page, "coffee")  # what is found stays; below it is what leads on
    page.wait(f"document.querySelector('{LOOK}') !== null")
    before: UUID | None = None
    for status, words in (("completed", "Nothing more was"), ("failed", "It could not be looked")):
        page.click(LOOK)
        page.wait(f"{SAID} === 'Looking further…'")
        with rows_of(visitor) as connection:
            before, _ = explored(connection, visitor.subject, besides=before)
            connection.execute(END, [status, before])
            page.wait(f"{SAID}.startsWith({words!r})")
            connection.execute("UPDATE refresh_orders SET not_before = now()")
    assert page.evaluate("document.querySelectorAll('.card').length") == 1
    with visitor.client() as client:
        for number in range(3):
            body = {"query": f"sea {number}"}
            assert client.post("/api/v1/topics/explore", json=body, headers=new_key()).is_success
    page.click(LOOK)
    page.wait(f"{SAID}.includes('explorations at work')")
    page.forgive("Failed to load resource: the server responded with a status of 429")
    page.send("Network.setBlockedURLs", urls=["*/api/v1/topics/*"])
    page.click(LOOK)
    page.wait(f"{SAID}.startsWith('There is no connection')")
    page.send("Network.setBlockedURLs", urls=[])
    page.forgive("Failed to load resource: net::ERR_BLOCKED")


def test_an_episode_is_made_of_words(visitor: Visitor) -> None:
    page, words = visitor.page, "how zyzzyva came by its <b>name</b>"
    find(page, words)
    page.wait(f"document.querySelector('{MAKE}') !== null")
    focus(visitor, MAKE)
    page.press("Enter")
    page.press("Enter")
    page.wait(MAKING)
    page.wait(f"document.querySelector('{MAKE}').getAttribute('aria-busy') === 'true'")
    assert podcasts(visitor) == [words]
    assert page.evaluate("document.querySelector('.dock-title').textContent") == words
    give_up(visitor.house.stage(visitor.subject, words), "FAILED")
    page.wait(f"{TROUBLE} === 'No more of it.'")
    page.wait(f"{STATE} === 'error'")

    page.click(MAKE)  # again, and with luck
    page.wait(f"{STATE} === 'waiting' && {MAKING}")
    eventually(lambda: podcasts(visitor) == [words] * 2)
    find(page, "another thing")
    page.wait(f"{MAKES}.includes('Make an episode of “another thing”')")
    page.evaluate("history.back()")
    page.wait(f"{MAKES}.includes('the episode of how zyzzyva')")  # it is told where it was asked
    with rows_of(visitor) as connection:
        connection.execute("DELETE FROM podcasts WHERE status = 'FAILED' AND topic = %s", [words])
        stage = visitor.house.stage(visitor.subject, words)
        source = write_source(connection, stage.workflow_id, title="A history of words")
        write_conversation(connection, stage.workflow_id, source)
    say(stage.writer(), 3)
    page.wait(f"{STATE} === 'playing'")
    page.click(".dock-read")
    page.wait("document.querySelectorAll('[data-line]').length > 2")


def test_any_words_are_words(visitor: Visitor) -> None:
    page = visitor.page
    for kind, words in ODD.items():
        visitor.open(f"/find?q={quote(words)}")
        page.wait(f"document.querySelector('ae-further {LOOK}') !== null")
        names = page.evaluate(NAMES)
        assert len(names) == len(set(names)) == 3, (kind, names)
        assert [words in name for name in names] == [False, True, True], (kind, names)
        assert not page.evaluate("document.querySelector('main img, main b')"), kind
        for width, height in WIDTHS.items():
            page.look(width, height, "light")
            assert page.evaluate(WIDTH) <= width, (kind, width)
    for nothing in ("…?!", "   "):
        visitor.open(f"/find?q={quote(nothing)}")
        page.wait("document.querySelector('ae-page .empty') !== null")
        assert "What would you like to hear about?" in page.evaluate(TEXT)
        assert not page.evaluate("document.querySelector('.further')")


def test_nobody_is_left_out_where_a_search_leads_on(visitor: Visitor) -> None:
    page = visitor.page
    find(page, "coffee")
    page.click(LOOK)
    page.wait(f"{SAID} === 'Looking further…'")
    page.click(MAKE)
    page.wait(MAKING)
    page.evaluate(AXE.read_text())
    assert page.evaluate(IN_MAIN) == []
    give_up(visitor.house.stage(visitor.subject, "coffee"), "FAILED")
    page.wait(f"{TROUBLE} === 'No more of it.'")
    for theme in ("light", "dark"):
        for width, height in WIDTHS.items():
            page.look(width, height, theme)
            page.evaluate(CALM)
            assert page.evaluate(IN_MAIN) == []
            assert page.evaluate(WIDTH) <= width
    names = [each["name"] for each in page.spoken_tree() if each["role"] == "button"]
    assert len(names) == len(set(names)), names


def test_the_voices_that_are_kept_speak(visitor: Visitor) -> None:
    page, card = visitor.page, visitor.house.cards[7]
    settings = visitor.house.facade.settings
    before = settings.aims_url
    said = "document.querySelector('.preferences-said').textContent"
    note = "document.querySelector('.preferences-note').textContent"
    chosen = "['host_a', 'host_b'].map((each) => document.querySelector('#voice-' + each)?.value)"
    with serve_voices() as aims:
        settings.aims_url = aims
        eventually(lambda: can_choose(visitor))
        assert page.evaluate(chosen) == ["heart", "michael"]
        options = "[...document.querySelector('#voice-host_b').options].map((each) => each.text)"
        assert page.evaluate(options) == [
            "As the show casts it: Michael (American, male)", "Heart (American, female)",
            "Emma (British, female)",
        ]  # fmt: skip
        page.evaluate(AXE.read_text())
        assert page.evaluate(IN_MAIN) == []
        choose(page, "host_b", "emma")
        page.wait(f"{said} === 'Kept.'")
        choose(page, "host_a", "emma")  # never the same voice for both
        page.wait(f"{note}.includes('changed voices')")
        assert page.evaluate(chosen) == ["emma", "heart"]
        page.wait("fetch('/api/v1/sessions/current').then((a) => a.json()).then("
                  "({preferences}) => preferences.voices.host_a === 'emma')")  # fmt: skip
        page.click(".masthead a[href='/']")
        page.wait(f"document.querySelector('{listen(card)}') !== null")
        page.click(listen(card))
        page.wait(MAKING)
        with rows_of(visitor) as connection:
            ordered = connection.execute(
                "SELECT tts_settings FROM podcasts WHERE podcast_id = %s",
                [visitor.asked(card).workflow_id],
            ).fetchone()
        assert ordered == ({"host_a": "emma", "host_b": "heart"},)
        visitor.open("/preferences")
        page.wait("document.querySelector('#voice-host_a') !== null")
        assert page.evaluate(chosen) == ["emma", "heart"]
    settings.aims_url = before


def can_choose(visitor: Visitor) -> bool:
    """Whether the page lists the voices: a service that was away is left alone for a while."""
    visitor.open("/preferences")
    visitor.page.wait("document.querySelector('.preferences .preferences-note') !== null")
    return bool(visitor.page.evaluate("document.querySelector('#voice-host_a') !== null"))


def choose(page: Page, host: str, voice: str) -> None:
    """As by the select's own list."""
    page.evaluate(
        f"""(() => {{ const select = document.querySelector('#voice-{host}');
        select.value = {voice!r}; select.dispatchEvent(new Event('change')); }})()"""
    )
