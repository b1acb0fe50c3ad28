"""A database and a media folder for each test."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from streamer.media.local import LocalStore
from tests.plugins.housekeeping.house import Connection, House


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """An autocommitting connection to the test's own database; the suite's shared one stays out."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def house(connection: Connection, tmp_path: Path) -> House:
    """An empty house."""
    return House(connection, LocalStore(tmp_path / "media"))
