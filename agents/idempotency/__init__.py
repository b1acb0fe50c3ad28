"""One committed effect per (key, task).

Of any number of callers with the same key one becomes the owner, by one SQL statement and
the database's clock. It works under a lease that it renews, and under a fence: a number that
rises with every owner and that every later write must name, so that an owner that was
presumed dead can change nothing any more. The others are told the stored result, the stored
error, or to wait.
"""

from agents.idempotency.claims import KeyState, claim, look
from agents.idempotency.leases import complete, fail, guard, release, renew, revoke
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
from agents.idempotency.waiting import wait

__all__ = [
    "Completed",
    "ErrorPayload",
    "Failed",
    "KeyState",
    "Lease",
    "Leased",
    "Outcome",
    "Owned",
    "Request",
    "Terms",
    "claim",
    "complete",
    "fail",
    "guard",
    "look",
    "release",
    "renew",
    "revoke",
    "wait",
]
