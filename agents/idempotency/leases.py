"""What an owner may do with its key. Every write names the fence."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from agents.errors import FenceLost
from agents.idempotency.outcomes import ErrorPayload, Lease, Terms
from sql.statements import Command, Statement


@dataclass(frozen=True)
class _Fence:
    fence: int


_RENEW = Command("idempotency/renew")
_GUARD = Statement("idempotency/guard", _Fence)
_COMPLETE = Command("idempotency/complete")
_FAIL = Command("idempotency/fail")
_RELEASE = Command("idempotency/release")
_REVOKE = Command("idempotency/revoke")

CANCELLED: ErrorPayload = {
    "type": "Cancelled",
    "message": "The call was cancelled.",
    "retryable": True,
}


def renew(connection: Connection[Any], lease: Lease, terms: Terms) -> None:
    """Keep the key for another lease. Raises FenceLost."""
    _written(_RENEW.run(connection, **_named(lease), lease_seconds=terms.lease_seconds))


def guard(connection: Connection[Any], lease: Lease) -> None:
    """Make the transaction that is open conditional on the fence. Raises FenceLost.

    The key's row stays locked until the transaction ends, so nobody takes over in between.
    """
    if _GUARD.one(connection, **_named(lease)) is None:
        raise FenceLost


def complete(connection: Connection[Any], lease: Lease, result: JSON, terms: Terms) -> None:
    """Store the key's one result. Raises FenceLost."""
    _written(
        _COMPLETE.run(
            connection,
            **_named(lease),
            result=Jsonb(result),
            retention_seconds=terms.retention_seconds,
        )
    )


def fail(connection: Connection[Any], lease: Lease, error: ErrorPayload, terms: Terms) -> None:
    """Store an error; ``error["retryable"]`` says whether the key is free again.

    Raises FenceLost.
    """
    _written(
        _FAIL.run(
            connection,
            **_named(lease),
            error=Jsonb(error),
            retention_seconds=terms.retention_seconds,
        )
    )


def release(connection: Connection[Any], lease: Lease, seconds: float) -> None:
    """Hand the key back; it is free after ``seconds``, the attempt uncounted. Raises FenceLost."""
    _written(_RELEASE.run(connection, **_named(lease), seconds=seconds))


def revoke(connection: Connection[Any], idempotency_key: str, task_name: str) -> bool:
    """Take the key from its owner, whoever that is. False where nobody was at work."""
    touched = _REVOKE.run(
        connection, idempotency_key=idempotency_key, task_name=task_name, error=Jsonb(CANCELLED)
    )
    return touched > 0


def _named(lease: Lease) -> dict[str, object]:
    return {
        "idempotency_key": lease.request.idempotency_key,
        "task_name": lease.request.task_name,
        "fence": lease.fence,
    }


def _written(rows: int) -> None:
    if rows == 0:
        raise FenceLost
