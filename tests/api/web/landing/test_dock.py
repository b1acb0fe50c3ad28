"""The dock and its transcript: by keys, in trouble, for everybody, and across pages."""

import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from tests.agents.sca.seed import seed_cards
from tests.api.conftest import eventually
from tests.api.web.landing.conftest import Visitor, article, listen
from tests.api.web.landing.test_journey import DOCK, FOCUS, LIT, MAKING, PLACE, STATE
from tests.api.web.recital import say
from tests.api.web.test_finished_meanwhile import give_up
from tests.api.web.test_page import AXE, FINDINGS, WIDTHS

READING = "!document.querySelector('.transcript').hidden"
SOUND = "document.querySelector('audio')"
NAMES = """[...document.querySelectorAll('button')].filter((each) => each.checkVisibility())
    .map((each) => each.getAttribute('aria-label') ?? each.textContent.trim())"""

MUTED = "({preferences}) => String(preferences.muted) === 'sport,food'"
BEYOND = """[...document.querySelectorAll('.dock :is(button, select, input)')]
    .filter((each) => each.checkVisibility()).map((each) => [each, each.getBoundingClientRect()])
    .filter(([, {left, right}]) => left < 0 || right > innerWidth)
    .map(([each]) => each.className)"""
"""Controls of which not all can be seen."""


def podcasts(visitor: Visitor) -> list[str]:
    """The topics of what was asked for, the newest first."""
    with visitor.client() as client:
        return [each["topic"] for each in client.get("/api/v1/podcasts").json()["podcasts"]]


def focus(visitor: Visitor, selector: str) -> None:
    visitor.page.evaluate(f"document.querySelector({selector!r}).focus()")


def test_keys_work_it_and_pressing_twice_asks_once(visitor: Visitor) -> None:
    page, card = visitor.page, visitor.house.cards[2]
    focus(visitor, listen(card))
    page.press("Enter")
    page.press("Enter")
    page.wait(MAKING)
    assert page.evaluate(f"{FOCUS}.className") == "listen"  # nothing takes it away
    say(visitor.stage(card).writer(), 3)
    page.wait(f"{STATE} === 'playing'")
    assert podcasts(visitor) == [card.title]

    page.evaluate(f"{FOCUS}.blur()")
    page.press(" ")
    page.wait(f"{STATE} === 'paused'")
    focus(visitor, ".dock-read")
    page.press("Enter")
    page.wait(f"{READING} && document.querySelector('[data-line=\"0.2\"] [data-start]') !== null")
    focus(visitor, '[data-line="0.2"] .line-time')
    page.press("Enter")  # a line's time goes there, and plays
    page.wait(f"{STATE} === 'playing' && {PLACE} > 1.5 && {LIT} === '0.2'")
    page.press("Escape")
    page.wait(f"!({READING}) && location.pathname === '/'")
    assert page.evaluate(f"{FOCUS}.className") == "dock-read"

    focus(visitor, ".dock-close")
    page.press("Enter")
    assert page.evaluate(f"[{DOCK}.hidden, {SOUND}.paused]") == [True, True]
    assert page.evaluate(f"{FOCUS}.id") == "surface"
    page.evaluate("window.before = true")
    page.send("Page.reload")
    page.wait("!window.before && document.querySelector('ae-page .listen') !== null")
    words = f"document.querySelector({listen(card)!r}).textContent"
    page.wait(f"/Writing|Speaking/.test({words})")  # its card is told how far it is, unasked
    page.evaluate("sessionStorage.clear()")
    page.send("Network.setBlockedURLs", urls=["*/api/v1/podcasts/*"])
    page.click(listen(card))
    page.wait(f"{STATE} === 'error'")
    assert "There is no connection" in page.evaluate(f"{DOCK}.textContent")
    page.send("Network.setBlockedURLs", urls=[])
    page.forgive("Failed to load resource: net::ERR_BLOCKED")
    page.click(listen(card))  # after a reload, and trouble, it is still the same one
    page.wait(f"{STATE} === 'playing'")
    assert podcasts(visitor) == [card.title]


def test_what_fails_is_said_on_its_card_and_is_asked_for_again(visitor: Visitor) -> None:
    page, card = visitor.page, visitor.house.cards[3]
    page.click(listen(card))
    page.wait(MAKING)
    give_up(visitor.asked(card), "FAILED")
    page.wait(
        f"document.querySelector('{article(card)} .trouble')?.textContent === 'No more of it.'"
    )
    page.wait(f"{STATE} === 'error'")
    page.click(".player-toggle")
    page.wait(f"{STATE} === 'waiting'")
    eventually(lambda: podcasts(visitor) == [card.title] * 2)


def test_it_plays_on_while_pages_come_and_go(visitor: Visitor) -> None:
    page, card = visitor.page, visitor.house.cards[4]
    page.click(listen(card))
    page.wait(MAKING)
    stage = visitor.stage(card)
    say(stage.writer(), 8)
    page.wait(f"{STATE} === 'playing'")
    page.evaluate(f"window.same = {SOUND}")
    page.click(".masthead a[href='/library']")
    page.wait(f"document.querySelector('.row a')?.pathname === '/listen/{stage.workflow_id}'")
    assert (
        page.evaluate("document.querySelector('.masthead [aria-current]').textContent") == "Library"
    )
    assert page.evaluate(f"{FOCUS}.textContent") == "Library"  # a page's title is read out
    page.click(".masthead a[href='/preferences']")
    page.wait("document.querySelector('.wish-list') !== null")
    page.evaluate("document.querySelector('[name=wish-sport][value=muted]').click()")
    page.evaluate("document.querySelector('[name=wish-food][value=muted]').click()")
    page.wait(f"fetch('/api/v1/sessions/current').then((a) => a.json()).then({MUTED})")
    page.evaluate("history.back()")
    page.wait("location.pathname === '/library' && document.querySelector('.row') !== null")
    assert page.evaluate(f"window.same === {SOUND} && !{SOUND}.paused") is True

    visitor.open(f"/listen/{stage.workflow_id}")  # and its address leads to it at any time
    page.wait(f"{STATE} === 'idle' && document.querySelectorAll('[data-line]').length === 7")
    page.click(".player-toggle")
    page.wait(f"{STATE} === 'playing'")


def test_nobody_is_left_out_while_listening(visitor: Visitor, pictures: Path | None) -> None:
    """axe finds nothing serious in the dock, the transcript and an open source; in the pages above
    it looks elsewhere."""
    page, card = visitor.page, visitor.house.cards[5]
    page.click(listen(card))
    page.wait(MAKING)
    say(visitor.stage(card).writer(), 4)
    page.wait(f"{STATE} === 'playing'")
    page.click(".dock-read")
    page.wait(f"{LIT} === '0.0'")
    page.click(".citation-mark")
    page.evaluate(AXE.read_text())
    for theme in ("light", "dark"):
        for width, height in WIDTHS.items():
            page.look(width, height, theme)
            page.evaluate("new Promise((go) => setTimeout(go, 250))")  # colours change by and by
            assert page.evaluate(FINDINGS.replace("axe.run(document)", "axe.run('#dock')")) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert all(page.evaluate(NAMES))
            assert page.evaluate(BEYOND) == []
            if pictures:
                page.picture(pictures / f"listening-{theme}-{width}.png")


def test_what_lies_deeper_comes_as_it_is_found(visitor: Visitor) -> None:
    page, card = visitor.page, visitor.house.cards[6]
    said = "document.querySelector('.deeper-said')?.textContent"
    page.click(f"{article(card)} .deeper")
    page.wait(f"location.pathname === '/topics/{card.topic_id}'")
    page.wait(f"{said} === 'Looking deeper into it…'")
    assert card.title in page.evaluate("document.querySelector('.sources').textContent")
    url = visitor.house.facade.settings.database_url
    with psycopg.connect(url, autocommit=True) as connection:
        workflow_id, user_id = explored(connection, visitor.subject)
        (found,) = seed_cards(
            connection, 1, first=20, covers=False, workflow_id=workflow_id, user_id=user_id
        )
        connection.execute(
            """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now(),
                   last_updated_timestamp = now() WHERE workflow_id = %s""",
            [workflow_id],
        )
    page.wait(f"document.querySelector('{listen(found)}') !== null")
    page.wait(f"{said} === '1 found deeper in it.'")
    visitor.open(f"/topics/{card.topic_id}")
    page.wait(f"{said} === ''")
    page.click(f"{article(card)} .deeper")  # a moment ago: it is told again
    page.wait(f"{said} === '1 found deeper in it.'")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE refresh_orders SET not_before = now()")
        page.click(f"{article(card)} .deeper")
        again, _ = explored(connection, visitor.subject, besides=workflow_id)
        connection.execute(
            """UPDATE workflow_instances SET overall_status = 'failed', end_timestamp = now(),
                   last_updated_timestamp = now() WHERE workflow_id = %s""",
            [again],
        )
    page.wait(f"{said} === 'It could not be looked into just now.'")


def explored(
    connection: "psycopg.Connection[Any]", subject: str, besides: UUID | None = None,
    tries: int = 200,
) -> tuple[UUID, UUID]:  # fmt: skip
    """The exploration that somebody asked for, and who that is, as soon as it was."""
    query = """SELECT workflow_id, user_id FROM workflow_instances JOIN users USING (user_id)
               WHERE subject = %s AND dag_id = 'snippets'
                 AND workflow_id IS DISTINCT FROM %s"""
    for _ in range(tries):
        if row := connection.execute(query, [subject, besides]).fetchone():
            return row[0], row[1]
        time.sleep(0.05)
    raise AssertionError("nothing was asked for")
