"""A facade whose pool a test fills as it goes, and somebody who has the page of stories open."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import Connection

from api.login_link import mint
from streamer.media import MediaStore, open_store
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade, open_facade
from tests.api.web.chromium import Page

SETTLED = "document.documentElement?.dataset.settled === ''"
TITLES = "[...document.querySelectorAll('.sleeve-title')].map((each) => each.textContent)"
CARDS = "document.querySelectorAll('article.card').length"
CATEGORIES = "[...document.querySelectorAll('.sleeve')].map((each) => each.dataset.category)"
CHIPS = "[...document.querySelectorAll('.chip')].map((each) => each.textContent.trim())"
DATA = "document.querySelector('ae-episode-card').context.dataContext.surface.dataModel"
CALM = """Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition)
    .map(({finished}) => finished)).then(() => true, () => true)"""


@dataclass
class Hall:
    """A facade and its pool."""

    facade: Facade
    connection: Connection[Any]
    store: MediaStore
    cards: list[Seeded]
    """What the pool held when it was opened."""

    def seed(self, count: int, first: int = 0) -> list[Seeded]:
        return seed_cards(self.connection, count, first=first, media=self.store)


@contextmanager
def open_hall(url: str, folder: Path, cards: int = 0) -> Iterator[Hall]:
    """A hall over an empty database, with so many cards in its pool."""
    store = open_store((folder / "media").as_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        seeded = seed_cards(connection, cards, media=store)
        with open_facade(url, folder) as facade:
            yield Hall(facade, connection, store, seeded)


@dataclass
class Reader:
    """Somebody nobody has seen before, signed in."""

    page: Page
    facade: Facade

    def open(self, address: str = "/") -> Page:
        self.page.open(f"{self.facade.url}{address}")
        self.page.wait(SETTLED)
        return self.page


def sign_in(page: Page, facade: Facade) -> Reader:
    """With the cookie that the printed link leads to."""
    code = mint(facade.settings, f"reader-{uuid.uuid4()}")
    opened = httpx.post(f"{facade.url}/login", data={"code": code}, headers={"Origin": facade.url})
    assert opened.status_code == 303
    for name, value in opened.cookies.items():
        page.send("Network.setCookie", name=name, value=value, url=facade.url, httpOnly=True)
    reader = Reader(page, facade)
    reader.open()
    return reader


def chip(page: Page, name: str) -> str:
    """The selector of a category's button."""
    return f".chip:nth-child({page.evaluate(CHIPS).index(name) + 1})"


def there(selector: str) -> str:
    """Whether there is such an element."""
    return f"document.querySelector({selector!r}) !== null"
