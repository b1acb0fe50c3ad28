"""The data store's room: schema, migrations, every query, and the way to a connection."""

from sql.errors import DatabaseUnavailable, SqlError, UnknownQuery
from sql.pool import open_async_pool, open_pool
from sql.settings import DatabaseSettings
from sql.statements import Command, Statement

__all__ = [
    "Command",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "SqlError",
    "Statement",
    "UnknownQuery",
    "open_async_pool",
    "open_pool",
]
