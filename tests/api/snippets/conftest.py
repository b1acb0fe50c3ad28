"""A facade over a pool of cards."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.api.conftest import Facade

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def pool(facade: Facade) -> Iterator[Connection]:
    """A connection to the facade's database, to seed cards by."""
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        yield connection
