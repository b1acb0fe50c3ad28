"""What a caller may have at once: counted in PostgreSQL, inside the transaction that adds to it.

The caller's row is locked first, so that of any number of racers exactly as many are let in as
there is room for. (One statement that locked and counted would count by a snapshot from before
the wait.)
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable

from api.metrics import LIMITED
from api.problems import QuotaExceeded, Unavailable
from api.settings import FacadeSettings
from sql import Statement

SECONDS_OPEN = 30
"""When to ask again where too many podcasts are in the making."""
SECONDS_EXPLORED = 10
"""The same where too much is being explored."""
SECONDS_STORED = 3600
"""The same where too much is stored: housekeeping sweeps what nothing refers to."""


@dataclass(frozen=True)
class _User:
    user_id: UUID


@dataclass(frozen=True)
class _Podcasts:
    open: int
    today: int
    seconds: int


@dataclass(frozen=True)
class _Explorations:
    open: int
    today: int
    seconds: int


@dataclass(frozen=True)
class _Stored:
    bytes: int


LOCK = Statement("users/lock", _User)
PODCASTS = Statement("quotas/podcasts", _Podcasts)
EXPLORATIONS = Statement("quotas/explorations", _Explorations)
STORED = Statement("quotas/stored", _Stored)


async def admit_podcast(
    connection: AsyncConnection[Any], user_id: UUID, settings: FacadeSettings
) -> None:
    """Let one more podcast in. The caller holds the transaction and creates it there.

    Raises:
        QuotaExceeded: too many are in the making, or were asked for within a day.
        Unavailable: somebody else holds the caller's row for long.
    """
    await _lock(connection, user_id)
    found = await PODCASTS.aone(connection, user_id=user_id, daily=settings.quota_daily_podcasts)
    assert found is not None
    if 0 < settings.quota_open_podcasts <= found.open:
        raise _exceeded(
            "open", f"You have {found.open} podcasts in the making; more are taken when some of "
            "them have ended.", SECONDS_OPEN,
        )  # fmt: skip
    if 0 < settings.quota_daily_podcasts <= found.today:
        raise _exceeded(
            "daily", f"You asked for {found.today} podcasts within 24 hours.", found.seconds
        )


async def admit_exploration(
    connection: AsyncConnection[Any], user_id: UUID, workflow_id: UUID, settings: FacadeSettings
) -> None:
    """Let one more exploration in, of that workflow. The caller holds the transaction.

    Raises:
        QuotaExceeded: too many are at work, or were asked for within a day.
        Unavailable: somebody else holds the caller's row for long.
    """
    await _lock(connection, user_id)
    found = await EXPLORATIONS.aone(
        connection, user_id=user_id, workflow_id=workflow_id, daily=settings.quota_daily_explores
    )
    assert found is not None
    if 0 < settings.quota_open_explores <= found.open:
        words = f"You have {found.open} explorations at work; more are taken when one has ended."
        raise _exceeded("explores", words, SECONDS_EXPLORED)
    if 0 < settings.quota_daily_explores <= found.today:
        words = f"You asked for {found.today} explorations within 24 hours."
        raise _exceeded("explores", words, found.seconds)


async def admit_bytes(
    connection: AsyncConnection[Any], user_id: UUID, size: int, settings: FacadeSettings,
    *, lock: bool = True,
) -> None:  # fmt: skip
    """Let so many bytes more be stored. The caller holds the transaction and notes them there;
    ``lock`` where it has not locked the user's row already.

    Raises:
        QuotaExceeded: there is no room for them.
        Unavailable: somebody else holds the caller's row for long.
    """
    if not settings.quota_stored_bytes:
        return
    if lock:
        await _lock(connection, user_id)
    found = await STORED.aone(connection, user_id=user_id)
    assert found is not None
    if found.bytes + size > settings.quota_stored_bytes:
        raise _exceeded(
            "bytes", f"Your sources take {found.bytes} of {settings.quota_stored_bytes} bytes; "
            f"these would be {size} more.", SECONDS_STORED,
        )  # fmt: skip


async def _lock(connection: AsyncConnection[Any], user_id: UUID) -> None:
    try:
        await LOCK.aone(connection, user_id=user_id)
    except LockNotAvailable:
        raise Unavailable(headers={"Retry-After": "1"}) from None


def _exceeded(quota: str, words: str, seconds: int) -> QuotaExceeded:
    LIMITED.labels(quota).inc()
    return QuotaExceeded(words, {"Retry-After": str(max(1, seconds))}, quota=quota)
