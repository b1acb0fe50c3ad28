"""What can go wrong on the way to the data."""

import inspect


class SqlError(Exception):
    """The data store could not do what was asked."""

    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(self.__doc__ or ""))


class UnknownQuery(SqlError):
    """No query of that name stands in sql/queries."""


class DatabaseUnavailable(SqlError):
    """PostgreSQL did not answer in time."""

    retryable = True
