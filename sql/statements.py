"""The loader that gives each named query in sql/queries a type.

A query is written once in a .sql file under a line ``-- name: claim_key`` and bound
once, in the module that owns it, to the type of its rows::

    CLAIM = Statement("idempotency/claim_key", Claim)
    claim = CLAIM.one(connection, idempotency_key=key, lease_seconds=15)

Parameters are psycopg's named ones: ``%(idempotency_key)s``.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from psycopg import AsyncConnection, Connection
from psycopg.rows import class_row

from sql.errors import UnknownQuery

QUERIES = Path(__file__).parent / "queries"
_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)

Row = TypeVar("Row")


@cache
def load_file(stem: str) -> dict[str, bytes]:
    """Read sql/queries/<stem>.sql: query text by name."""
    path = QUERIES / f"{stem}.sql"
    if not path.exists():
        raise UnknownQuery(f"There is no file sql/queries/{stem}.sql.")
    pieces = _NAME.split(path.read_text(encoding="utf-8"))[1:]
    return {
        name: body.strip().encode() for name, body in zip(pieces[::2], pieces[1::2], strict=True)
    }


def find_query(place: str) -> bytes:
    """Return the text of ``file/query_name``.

    Raises:
        UnknownQuery: no such file, or no such name in it.
    """
    stem, _, name = place.partition("/")
    try:
        return load_file(stem)[name]
    except KeyError:
        raise UnknownQuery(f"sql/queries/{stem}.sql has no query named {name!r}.") from None


class Statement(Generic[Row]):
    """A query whose rows become instances of one class, by column name."""

    def __init__(self, place: str, row: type[Row]) -> None:
        self.text = find_query(place)
        self._row = class_row(row)

    def one(self, connection: Connection[Any], **parameters: object) -> Row | None:
        """Run the query; its first row, or None."""
        with connection.cursor(row_factory=self._row) as cursor:
            return cursor.execute(self.text, parameters).fetchone()

    def all(self, connection: Connection[Any], **parameters: object) -> list[Row]:
        """Run the query; all its rows."""
        with connection.cursor(row_factory=self._row) as cursor:
            return cursor.execute(self.text, parameters).fetchall()

    async def aone(self, connection: AsyncConnection[Any], **parameters: object) -> Row | None:
        """As :meth:`one`, for asyncio."""
        async with connection.cursor(row_factory=self._row) as cursor:
            return await (await cursor.execute(self.text, parameters)).fetchone()

    async def aall(self, connection: AsyncConnection[Any], **parameters: object) -> list[Row]:
        """As :meth:`all`, for asyncio."""
        async with connection.cursor(row_factory=self._row) as cursor:
            return await (await cursor.execute(self.text, parameters)).fetchall()


class Command:
    """A query that returns no rows, only how many it touched."""

    def __init__(self, place: str) -> None:
        self.text = find_query(place)

    def run(self, connection: Connection[Any], **parameters: object) -> int:
        """Run the query; the number of rows it touched."""
        return connection.execute(self.text, parameters).rowcount

    async def arun(self, connection: AsyncConnection[Any], **parameters: object) -> int:
        """As :meth:`run`, for asyncio."""
        return (await connection.execute(self.text, parameters)).rowcount
