"""What is asked under a key, and the four things a caller may be told."""

from dataclasses import dataclass
from typing import NotRequired, TypeAlias, TypedDict
from uuid import UUID

from agents.canonical import JSON


class ErrorPayload(TypedDict):
    """An error as it is stored and shown."""

    type: str
    message: str
    retryable: bool
    details: NotRequired[JSON]


@dataclass(frozen=True)
class Terms:
    """The terms on which a key is claimed."""

    lease_seconds: float = 12.0
    """How long the key stays with an owner that no longer renews."""

    attempts_cap: int = 6
    """How often one key may be claimed before its last error becomes final."""

    retention_seconds: float = 30 * 86_400.0
    """How long the key is kept after its last change."""


@dataclass(frozen=True)
class Request:
    """One piece of work. Key and task name together identify it."""

    idempotency_key: str
    task_name: str
    workflow_id: UUID
    fingerprint: str
    """Hash of everything asked, the caller included."""


@dataclass(frozen=True)
class Lease:
    """The right to work on a key, until somebody else holds a higher fence."""

    request: Request
    fence: int
    attempt: int


@dataclass(frozen=True)
class Owned:
    """The key is the caller's: do the work."""

    lease: Lease


@dataclass(frozen=True)
class Leased:
    """Another owner is at work: wait."""

    seconds_left: float
    """Until its lease is over, unless it renews."""


@dataclass(frozen=True)
class Completed:
    """The work was done before."""

    result: JSON


@dataclass(frozen=True)
class Failed:
    """The work failed for good."""

    error: ErrorPayload


Outcome: TypeAlias = Owned | Leased | Completed | Failed
