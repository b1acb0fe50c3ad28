"""A house of its own: a pool of cards with pictures, its pages in a real browser, a real ASF."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from api.login_link import mint
from streamer.media import MediaStore
from tests.agents.sca.seed import Seeded
from tests.api.conftest import Facade
from tests.api.made import write_source
from tests.api.web.chromium import Page
from tests.api.web.conftest import Feeder, Stage, run_feeder
from tests.api.web.landing.hall import Hall, Reader, open_hall, sign_in
from tests.api.web.script import write_conversation
from tests.conftest import create_database

CARDS = 8


@dataclass
class House:
    """A facade with a pool of cards, and an ASF behind it."""

    facade: Facade
    feeder: Feeder
    cards: list[Seeded]
    pool: ConnectionPool
    store: MediaStore

    def stage(self, subject: str, title: str) -> Stage:
        """What that person's press of "Listen" began; nothing makes it but the test."""
        with self.pool.connection() as connection:
            row = connection.execute(
                """SELECT podcast_id, streams.stream_id FROM podcasts JOIN users USING (user_id)
                       JOIN streams ON streams.workflow_id = podcast_id
                   WHERE subject = %s AND topic = %s""",
                [subject, title],
            ).fetchone()
        assert row is not None, "nothing was asked for"
        caller = self.facade.client(subject)
        return Stage(self.facade, caller, row[0], row[1], self.pool, self.store)


@contextmanager
def open_house(url: str, folder: Path, cards: int) -> Iterator[House]:
    """A house over an empty database, with so many cards in its pool."""
    with (
        open_hall(url, folder, cards) as hall,
        ConnectionPool(url, min_size=1, max_size=4, open=True) as pool,
        run_feeder(hall.facade) as feeder,
    ):
        yield House(hall.facade, feeder, hall.cards, pool, hall.store)


@pytest.fixture(scope="session")
def house(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    url = create_database(postgres_server, template_database)
    with open_house(url, tmp_path_factory.mktemp("house"), CARDS) as opened:
        yield opened


@pytest.fixture(scope="session")
def hall(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    """Six stories of six categories; what a test adds or changes, it takes back."""
    url = create_database(postgres_server, template_database)
    with open_hall(url, tmp_path_factory.mktemp("hall"), 6) as opened:
        yield opened


@pytest.fixture
def reader(page: Page, hall: Hall) -> Reader:
    return sign_in(page, hall.facade)


@dataclass
class Visitor:
    """Somebody nobody has seen before, signed in, with a page open."""

    page: Page
    house: House
    subject: str

    def open(self, address: str) -> None:
        """Go to a page of ours by its address."""
        self.page.open(f"{self.house.facade.url}{address}")
        self.page.wait("document.documentElement?.dataset.settled === ''")

    def client(self) -> httpx.Client:
        """A program of the same person's."""
        return self.house.facade.client(self.subject)

    def asked(self, card: Seeded) -> Stage:
        """What their press of a card's "Listen" began."""
        return self.house.stage(self.subject, card.title)

    def stage(self, card: Seeded) -> Stage:
        """The same, with a script and a source."""
        stage = self.asked(card)
        url = self.house.facade.settings.database_url
        with psycopg.connect(url, autocommit=True) as connection:
            source = write_source(connection, stage.workflow_id, title="A history of coffee")
            write_conversation(connection, stage.workflow_id, source)
        return stage


def welcome(page: Page, house: House) -> Visitor:
    """Sign in, by the printed link and its button."""
    subject = f"visitor-{uuid.uuid4()}"
    facade = house.facade
    page.open(f"{facade.url}/login?code={mint(facade.settings, subject)}&next=/")
    page.click("button")
    page.wait("location.pathname === '/' && document.querySelector('ae-page') !== null")
    return Visitor(page, house, subject)


@pytest.fixture
def visitor(page: Page, house: House) -> Visitor:
    """On the landing page, its cards alive."""
    visitor = welcome(page, house)
    page.wait("document.querySelector('ae-page .listen') !== null")
    return visitor


def article(card: Seeded) -> str:
    """The selector of a card."""
    return f'article[aria-labelledby="title-{card.snippet_id}"]'


def listen(card: Seeded) -> str:
    """The selector of a card's button."""
    return f"{article(card)} .listen"
