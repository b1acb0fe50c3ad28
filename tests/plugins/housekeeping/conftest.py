"""One database for all these tests, emptied for each, and a media folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from streamer.media.local import LocalStore
from tests.conftest import create_database
from tests.plugins.housekeeping.house import Connection, House


@pytest.fixture(scope="session")
def shared_url(postgres_server: str, template_database: str) -> str:
    """The database all these tests share."""
    return create_database(postgres_server, template_database)


@pytest.fixture
def database_url(shared_url: str) -> str:
    """The shared one, in place of a fresh one."""
    return shared_url


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """An autocommitting connection to it."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def pool(database_url: str) -> Iterator["ConnectionPool[psycopg.Connection]"]:
    """Several of them, for the rooms that take a pool."""
    with ConnectionPool(
        database_url, kwargs={"autocommit": True}, min_size=1, max_size=6
    ) as opened:
        yield opened


@pytest.fixture
def house(connection: Connection, tmp_path: Path) -> House:
    """An empty house."""
    root = tmp_path / "media"
    made = House(connection, root, LocalStore(root))
    made.clear()
    return made
