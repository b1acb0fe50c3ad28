"""One arrival of a task's message: from the claim to the stored answer."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import stamina
from psycopg import Connection
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from agents import idempotency
from agents.canonical import JSON
from agents.errors import FingerprintMismatch
from agents.failures import describe_error
from agents.hold import Hold
from agents.idempotency import Completed, ErrorPayload, Failed, Outcome, Owned, Request, Terms
from sql.statements import Command, Statement

NAMES = ("client_workflow_id", "client_idempotency_key", "request_id", "traceparent")
"""By what a caller knows a request; each that there is stands on the task's log lines."""
_OPEN = ("PENDING", "STARTED")


@dataclass(frozen=True)
class _Standing:
    status: str
    request_fingerprint: str


@dataclass(frozen=True)
class Caller:
    """On whose behalf a task runs."""

    user_id: UUID | None
    """None for a workflow that an operator or a schedule began."""
    names: dict[str, str]
    """Some of `NAMES`."""


_LOCK = Statement("dispatches/lock", _Standing)
_START = Command("dispatches/start")
_SETTLE_KEY = Command("dispatches/settle_key")
_SETTLE_ONE = Command("dispatches/settle_one")
_CALLER_OF = Statement("dispatches/caller_of", Caller)


@stamina.retry(on=psycopg.OperationalError, attempts=4, timeout=20)
def begin(
    pool: ConnectionPool, task_id: UUID | None, request: Request, terms: Terms
) -> Outcome | None:
    """Claim the request's key for a message that arrived, and answer its dispatch if it can be.

    None where the dispatch is over: cancelled, or answered while the message was on its way.
    """
    with pool.connection() as connection:
        standing = _LOCK.one(connection, task_id=task_id)
        if standing is not None:
            if standing.status not in _OPEN:
                return None
            # What was asked is what was submitted: a number may come back from jsonb in
            # another spelling, and so with another hash.
            request = replace(request, fingerprint=standing.request_fingerprint)
        try:
            outcome = idempotency.claim(connection, request, terms)
        except FingerprintMismatch as mismatch:
            outcome = Failed(describe_error(mismatch))
            _settle_one(connection, task_id, outcome.error)
            return outcome
        _answer(connection, task_id, request, outcome)
        return outcome


@stamina.retry(on=psycopg.OperationalError, attempts=None, timeout=60)
def complete(hold: Hold, result: JSON) -> None:
    """Store the result and answer every dispatch of the key. Raises FenceLost.

    A finished task waits up to a minute for a database that is away.
    """
    with hold.pool.connection() as connection:
        _settle_key(connection, hold.lease.request, "SUCCESS", None)
        idempotency.complete(connection, hold.lease, result, hold.terms)


@stamina.retry(on=psycopg.OperationalError, attempts=None, timeout=60)
def fail(hold: Hold, error: ErrorPayload) -> None:
    """Store an error and answer every dispatch of the key. Raises FenceLost."""
    with hold.pool.connection() as connection:
        _settle_key(connection, hold.lease.request, "FAILURE", error)
        idempotency.fail(connection, hold.lease, error, hold.terms)


@stamina.retry(on=psycopg.OperationalError, attempts=None, timeout=60)
def defer(hold: Hold, seconds: float) -> None:
    """Hand the key back for ``seconds``; its dispatch is then sent again. Raises FenceLost."""
    with hold.pool.connection() as connection:
        idempotency.release(connection, hold.lease, seconds)


def find_caller(pool: ConnectionPool, workflow_id: UUID) -> Caller:
    """Whose work a workflow is."""
    with pool.connection() as connection:
        return _CALLER_OF.one(connection, workflow_id=workflow_id) or Caller(None, {})


def _answer(
    connection: Connection[Any], task_id: UUID | None, request: Request, outcome: Outcome
) -> None:
    match outcome:
        case Owned():
            _START.run(connection, task_id=task_id)
        case Completed():
            _settle_key(connection, request, "SUCCESS", None)
        case Failed(error):
            _settle_key(connection, request, "FAILURE", error)


def _settle_key(
    connection: Connection[Any], request: Request, status: str, error: ErrorPayload | None
) -> None:
    _SETTLE_KEY.run(
        connection,
        idempotency_key=request.idempotency_key,
        task_name=request.task_name,
        status=status,
        error=None if error is None else Jsonb(error),
    )


def _settle_one(connection: Connection[Any], task_id: UUID | None, error: ErrorPayload) -> None:
    _SETTLE_ONE.run(connection, task_id=task_id, status="FAILURE", error=Jsonb(error))
