"""Waiting for another owner's answer."""

import time
from typing import Any

from psycopg import Connection

from agents.errors import StillProcessing
from agents.idempotency.claims import look
from agents.idempotency.outcomes import Completed, Failed, Leased, Request

_LONGEST_NAP = 1.0
"""Seconds between two looks when no notification comes: one may be lost with a connection."""


def wait(
    connection: Connection[Any], request: Request, timeout: float
) -> Completed | Failed | None:
    """Wait until a key has an answer or is free to be claimed (None).

    The connection must be autocommitting: it listens. ``timeout`` is in seconds.

    Raises:
        FingerprintMismatch: the key stands for another request.
        StillProcessing: its owner was still at work when the time was over.
    """
    connection.execute("LISTEN idempotency_key")
    try:
        return _watch(connection, request, time.monotonic() + timeout)
    finally:
        connection.execute("UNLISTEN idempotency_key")


def _watch(
    connection: Connection[Any], request: Request, deadline: float
) -> Completed | Failed | None:
    while True:
        state = look(connection, request)
        outcome = state.outcome if state else None
        if not isinstance(outcome, Leased):
            return outcome
        left = deadline - time.monotonic()
        if left <= 0:
            raise StillProcessing
        _nap(connection, request.idempotency_key, min(left, outcome.seconds_left, _LONGEST_NAP))


def _nap(connection: Connection[Any], idempotency_key: str, seconds: float) -> None:
    for notification in connection.notifies(timeout=seconds):
        if notification.payload == idempotency_key:
            return
