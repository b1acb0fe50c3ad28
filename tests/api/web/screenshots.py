"""`make screenshots`: how the pages look, in three widths and both themes, for somebody to look at.

Into .aethercast/screenshots, or where AETHERCAST_PICTURES says. Not part of the tests.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.agents.sca.seed import seed_cards
from tests.api.conftest import eventually
from tests.api.made import write_source
from tests.api.voice_list import serve_voices
from tests.api.web.chromium import Page
from tests.api.web.conftest import PLAYER
from tests.api.web.landing.conftest import CARDS, House, Visitor, listen, open_house, welcome
from tests.api.web.landing.test_dock import explored
from tests.api.web.landing.test_journey import LIT, MAKING, STATE
from tests.api.web.landing.test_leading_on import can_choose
from tests.api.web.recital import say
from tests.api.web.script import write_conversation
from tests.api.web.test_finished_meanwhile import give_up
from tests.api.web.test_page import WIDTHS
from tests.conftest import ROOT, create_database

SOURCE = "A goatherd of Kaffa saw his goats dance. He carried the red berries to the monks."
"""The script cites its first forty characters."""


@pytest.fixture(scope="session")
def folder() -> Path:
    made = Path(os.environ.get("AETHERCAST_PICTURES") or ROOT / ".aethercast" / "screenshots")
    made.mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture(scope="module")
def house(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    url = create_database(postgres_server, template_database)
    with open_house(url, tmp_path_factory.mktemp("house"), CARDS) as opened:
        yield opened


@pytest.fixture
def visitor(page: Page, house: House) -> Visitor:
    return welcome(page, house)


def take(page: Page, folder: Path, name: str, at: str = "") -> None:
    """Pictures of what is shown; ``at``: the element at the top of them."""
    for theme in ("light", "dark"):
        for width, height in WIDTHS.items():
            page.look(width, height, theme)
            if at:
                page.evaluate(f"document.querySelector({at!r}).scrollIntoView()")
            page.evaluate("new Promise((go) => setTimeout(go, 600))")
            page.picture(folder / f"{name}-{theme}-{width}.png")


def test_landing(visitor: Visitor, folder: Path) -> None:
    take(visitor.page, folder, "landing")
    visitor.page.evaluate("scrollTo(0, 1100)")
    take(visitor.page, folder, "landing-further")


def test_listening(visitor: Visitor, folder: Path) -> None:
    page, card = visitor.page, visitor.house.cards[1]
    page.click(listen(card))
    page.wait(MAKING)
    take(page, folder, "waiting")
    stage = visitor.asked(card)
    url = visitor.house.facade.settings.database_url
    with psycopg.connect(url, autocommit=True) as connection:
        source = write_source(
            connection, stage.workflow_id, title="A history of coffee", body=SOURCE
        )
        write_conversation(connection, stage.workflow_id, source)
    say(stage.writer(), 7)
    page.wait(f"{STATE} === 'playing'")
    take(page, folder, "dock")
    page.click(".dock-read")
    page.wait(f"{LIT} !== undefined")
    page.click(".citation-mark")
    page.evaluate(f"{PLAYER}.toggle(); {PLAYER}.seek(2.6)")
    page.wait(f"{LIT} === '0.2'")
    take(page, folder, "listening")


def test_search(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.click("#search")
    page.type("coffee")
    page.press("Enter")
    page.wait("location.pathname === '/find' && document.querySelector('ae-page .listen') !== null")
    take(page, folder, "search")
    page.click("#search")
    page.evaluate("document.querySelector('#search').select()")
    page.type("nothing at all")
    page.press("Enter")
    page.wait("document.querySelector('ae-further') !== null && !document.querySelector('.card')")
    take(page, folder, "search-without-hits")
    page.click(".further-look")
    page.wait("document.querySelector('.further-said').textContent !== ''")
    url = visitor.house.facade.settings.database_url
    with psycopg.connect(url, autocommit=True) as connection:
        workflow_id, user_id = explored(connection, visitor.subject)
        store = visitor.house.store
        seed_cards(connection, 2, first=9, media=store, workflow_id=workflow_id, user_id=user_id)
    page.wait("document.querySelectorAll('.card').length === 2")
    page.click(".further .listen")
    page.wait(MAKING)
    take(page, folder, "search-further")
    give_up(visitor.house.stage(visitor.subject, "nothing at all"), "FAILED")
    page.wait("document.querySelector('.further .trouble') !== null")
    page.evaluate("scrollTo(0, 0)")
    take(page, folder, "search-further-failed")
    visitor.open(f"/find?q={quote('Donaudampfschifffahrt' * 9)}")
    take(page, folder, "search-long-words")


def test_other_pages(visitor: Visitor, folder: Path) -> None:
    page, card = visitor.page, visitor.house.cards[1]
    page.click(listen(card))
    page.wait(MAKING)
    page.click(".dock-close")
    page.click(".masthead a[href='/library']")
    page.wait("document.querySelector('.row') !== null")
    take(page, folder, "library")
    page.click(".masthead a[href='/preferences']")
    page.wait("document.querySelector('.wish-list') !== null")
    take(page, folder, "preferences")
    with serve_voices() as aims:
        visitor.house.facade.settings.aims_url = aims
        eventually(lambda: can_choose(visitor))
        take(page, folder, "preferences-voices", "#preferences-what-you-hear")
    visitor.open(f"/topics/{card.topic_id}")
    take(page, folder, "topic")
    visitor.open(f"/listen/{visitor.asked(card).workflow_id}")
    take(page, folder, "listen-page")


def test_empty(
    page: Page, postgres_server: str, template_database: str, tmp_path: Path, folder: Path
) -> None:
    url = create_database(postgres_server, template_database)
    with open_house(url, tmp_path, 0) as house:
        welcome(page, house)
        take(page, folder, "empty")
        page.open("about:blank#left")  # before there is nobody to answer


def test_offline_and_error(visitor: Visitor, postgres_server: str, folder: Path) -> None:
    page = visitor.page
    with page.offline():
        page.wait("document.querySelector('.banner') !== null")
        take(page, folder, "offline")
    name = visitor.house.facade.settings.database_url.rpartition("/")[2]
    visitor.house.pool.close()
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
    page.click(".masthead a[href='/library']")
    page.wait("document.querySelector('.notice, .banner') !== null")
    take(page, folder, "error")
    page.complaints.clear()
