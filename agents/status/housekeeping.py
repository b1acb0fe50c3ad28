"""Sweeping away what has expired."""

import psycopg

from agents import idempotency
from agents.settings import StatusSettings
from sql.statements import Command

_SWEEP_DISPATCHES = Command("dispatches/sweep")
_SWEEP_JOURNAL = Command("journal/sweep")


def sweep(settings: StatusSettings) -> int:
    """Delete expired keys, old dispatches and expired journal entries; how many rows."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        return (
            idempotency.sweep(connection)
            + _SWEEP_JOURNAL.run(connection)
            + _SWEEP_DISPATCHES.run(connection, retention_seconds=settings.terms.retention_seconds)
        )
