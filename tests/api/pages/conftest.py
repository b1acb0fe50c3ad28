"""A signed-in browser without scripts, and a pool of cards."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from api.login_link import mint
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade, open_facade
from tests.conftest import create_database

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}


@contextmanager
def browser_of(facade: Facade, subject: str) -> Iterator[httpx.Client]:
    """A browser in which that person is signed in."""
    with httpx.Client(base_url=facade.url, headers=BROWSER, timeout=30) as client:
        form = {"code": mint(facade.settings, subject)}
        assert client.post("/login", data=form).status_code == 303
        yield client


@pytest.fixture(scope="session")
def house(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Facade]:
    """A facade of the module's own: its pool is what the module puts there."""
    url = create_database(postgres_server, template_database)
    with open_facade(url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture
def rows(house: Facade) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(house.settings.database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def cards(house: Facade) -> list[Seeded]:
    """Fifteen stories: two more than a page has."""
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        return seed_cards(connection, 15)


@pytest.fixture
def reader(house: Facade) -> Iterator[httpx.Client]:
    """The browser of somebody nobody has seen before."""
    with browser_of(house, f"reader-{uuid.uuid4()}") as client:
        yield client
