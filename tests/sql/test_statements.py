"""Named queries, their types, and the rule that every query is used."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from sql.errors import DatabaseUnavailable, SqlError, UnknownQuery
from sql.statements import QUERIES, Command, Statement, find_query, load_file
from tests.conftest import ROOT

Connection = psycopg.Connection[tuple[object, ...]]
FILES = sorted(path.stem for path in QUERIES.glob("*.sql"))
ROOMS = ("agents", "api", "dags", "plugins", "scripts", "sql", "streamer")


@dataclass(frozen=True)
class User:
    subject: str


@pytest.fixture
def queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of queries of the test's own."""
    monkeypatch.setattr("sql.statements.QUERIES", tmp_path)
    load_file.cache_clear()
    (tmp_path / "users.sql").write_text(
        "-- What we know of users.\n\n"
        "-- name: add\n-- A comment says why.\n"
        "INSERT INTO users (subject) VALUES (%(subject)s);\n\n"
        "-- name: by_subject\n"
        "SELECT subject FROM users WHERE subject LIKE %(like)s ORDER BY subject;\n"
    )
    yield tmp_path
    load_file.cache_clear()


def test_a_query_is_found_by_file_and_name(queries: Path) -> None:
    assert find_query("users/add") == (
        b"-- A comment says why.\nINSERT INTO users (subject) VALUES (%(subject)s);"
    )


@pytest.mark.parametrize("place", ["users/missing", "missing/add", "users", "users/"])
def test_a_missing_query_is_named(queries: Path, place: str) -> None:
    with pytest.raises(UnknownQuery, match=r"missing|users"):
        find_query(place)


def test_rows_become_instances_of_the_statements_type(
    queries: Path, connection: Connection
) -> None:
    add, find = Command("users/add"), Statement("users/by_subject", User)
    assert add.run(connection, subject="alice") == 1
    assert add.run(connection, subject="bob") == 1
    assert find.one(connection, like="b%") == User("bob")
    assert find.one(connection, like="c%") is None
    assert find.all(connection, like="%") == [User("alice"), User("bob")]


async def run_async(url: str) -> list[User]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        assert await Command("users/add").arun(connection, subject="alice") == 1
        find = Statement("users/by_subject", User)
        assert await find.aone(connection, like="a%") == User("alice")
        return await find.aall(connection, like="%")


def test_the_same_works_for_asyncio(queries: Path, database_url: str) -> None:
    assert asyncio.run(run_async(database_url)) == [User("alice")]


def test_an_errors_docstring_is_its_default_message() -> None:
    assert str(DatabaseUnavailable()) == "PostgreSQL did not answer in time."
    assert str(SqlError("another")) == "another"
    assert DatabaseUnavailable.retryable
    assert not UnknownQuery.retryable


@pytest.mark.parametrize("stem", FILES)
def test_every_query_has_a_comment_that_says_why(stem: str) -> None:
    silent = [name for name, text in load_file(stem).items() if not text.startswith(b"-- ")]
    assert not silent


@pytest.mark.parametrize("stem", FILES)
def test_every_query_is_bound_somewhere(stem: str) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py")
    )
    bound = set(re.findall(rf'"{stem}/(\w+)"', code))
    assert set(load_file(stem)) - bound == set()
