"""A facade over a pool of cards of its own."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.api.conftest import Facade

PATH = "/api/v1/snippets"
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def pool(facade: Facade) -> Iterator[Connection]:
    """A connection to the facade's database, to seed cards by."""
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        yield connection


def user_of(pool: Connection, client: httpx.Client, subject: str) -> UUID:
    """The id of a caller, who is known from now on."""
    client.get("/api/v1/podcasts").raise_for_status()
    row = pool.execute("SELECT user_id FROM users WHERE subject = %s", [subject]).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def like(client: httpx.Client, **preferences: object) -> None:
    """Say what that caller likes."""
    answer = client.patch("/api/v1/sessions/current", json={"preferences": preferences})
    assert answer.status_code == 200, answer.text
