"""The short-lived connection of one task."""

from typing import Any

import psycopg

from plugins.settings import flow_settings


def connect() -> psycopg.Connection[Any]:
    """An autocommitting connection to Aethercast's database. A task makes one and closes it.

    Raises:
        psycopg.OperationalError: PostgreSQL did not answer within five seconds.
    """
    return psycopg.connect(
        flow_settings().database_url,
        autocommit=True,
        connect_timeout=5,
        application_name="aethercast-flow",
    )
