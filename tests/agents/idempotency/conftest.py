"""Requests, and a clock that can be moved: by moving the rows the other way."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from agents.idempotency import Request, Terms
from sql.statements import Statement
from tests.agents.shared_database import database_url, shared_database

__all__ = ["database_url", "shared_database"]

Connection = psycopg.Connection[Any]
Move = Callable[[Request, float], None]


@dataclass(frozen=True)
class Swept:
    """What the housekeeping took."""

    removed: int
    bytes: int


FORGET = Statement("housekeeping/forget_agent_keys", Swept)


def sweep(connection: Connection) -> int:
    """What the housekeeping does with keys; how many it took."""
    swept = FORGET.one(connection, most=100)
    assert swept is not None
    return swept.removed


@pytest.fixture
def terms() -> Terms:
    return Terms(lease_seconds=60, attempts_cap=3, retention_seconds=3600)


@pytest.fixture
def request_of_alice() -> Request:
    return Request("key", "pswa.weave_script", uuid.uuid4(), "what alice asked")


@pytest.fixture
def pass_time(connection: Connection) -> Move:
    def move(request: Request, seconds: float) -> None:
        connection.execute(
            """
            UPDATE idempotency_keys SET
                lease_expires_at = lease_expires_at - make_interval(secs => %(seconds)s),
                expires_at = expires_at - make_interval(secs => %(seconds)s)
            WHERE idempotency_key = %(key)s AND task_name = %(task)s
            """,
            {"seconds": seconds, "key": request.idempotency_key, "task": request.task_name},
        )

    return move
