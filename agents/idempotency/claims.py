"""Getting hold of a key."""

import os
import socket
import uuid
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from agents.errors import FingerprintMismatch, KeyContended
from agents.idempotency.outcomes import (
    Completed,
    ErrorPayload,
    Failed,
    Lease,
    Leased,
    Outcome,
    Owned,
    Request,
    Terms,
)
from sql.statements import Command, Statement

_ROUNDS = 20

ATTEMPTS_SPENT: ErrorPayload = {
    "type": "AttemptsSpent",
    "message": "Every attempt at this task ended without a word: its worker died each time.",
    "retryable": False,
}


@dataclass(frozen=True)
class _Claim:
    fence: int
    attempts: int


@dataclass(frozen=True)
class KeyState:
    """A key as it stands."""

    status: str
    request_fingerprint: str
    result_payload: JSON
    error_payload: ErrorPayload | None
    attempts: int
    lease_left: float | None

    @property
    def outcome(self) -> Leased | Completed | Failed | None:
        """What the key's state means to a caller; None where it may be claimed."""
        if self.status == "completed":
            return Completed(self.result_payload)
        if self.error_payload is not None and not self.error_payload["retryable"]:
            return Failed(self.error_payload)
        if self.lease_left is not None and self.lease_left > 0:
            return Leased(self.lease_left)
        return None


_CLAIM = Statement("idempotency/claim", _Claim)
_LOOK = Statement("idempotency/look", KeyState)
_GIVE_UP = Command("idempotency/give_up")


def claim(connection: Connection[Any], request: Request, terms: Terms) -> Outcome:
    """Claim a key, or learn what came of it.

    One statement decides, so of any number of callers one becomes the owner. A refused caller
    then looks at the key; where it became free in between, the claim is made again.

    Raises:
        FingerprintMismatch: the key stands for another request.
        KeyContended: the key changed hands at every look.
    """
    for _ in range(_ROUNDS):
        owned = _try_to_own(connection, request, terms)
        if owned is not None:
            return owned
        state = look(connection, request)
        outcome = state.outcome if state else None
        if outcome is not None:
            return outcome
        _GIVE_UP.run(
            connection,
            idempotency_key=request.idempotency_key,
            task_name=request.task_name,
            attempts_cap=terms.attempts_cap,
            error=Jsonb(ATTEMPTS_SPENT),
        )
    raise KeyContended


def look(connection: Connection[Any], request: Request) -> KeyState | None:
    """Read a key; None where it is unknown or its time is over.

    Raises:
        FingerprintMismatch: the key stands for another request.
    """
    state = _LOOK.one(
        connection, idempotency_key=request.idempotency_key, task_name=request.task_name
    )
    if state is not None and state.request_fingerprint != request.fingerprint:
        raise FingerprintMismatch
    return state


def _try_to_own(connection: Connection[Any], request: Request, terms: Terms) -> Owned | None:
    won = _CLAIM.one(
        connection,
        idempotency_key=request.idempotency_key,
        task_name=request.task_name,
        workflow_id=request.workflow_id,
        fingerprint=request.fingerprint,
        owner=_name_owner(),
        lease_seconds=terms.lease_seconds,
        attempts_cap=terms.attempts_cap,
        retention_seconds=terms.retention_seconds,
    )
    return None if won is None else Owned(Lease(request, won.fence, won.attempts))


def _name_owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
