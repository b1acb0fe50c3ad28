"""Counts how often somebody did something within a fixed window of time.

Two places to count. A process's own memory costs nothing, which is what reading needs: there the
limit protects the process. The broker's Redis counts for all processes together, which is what
limits on creating need. While Redis is away, memory stands in: a limit then holds for each process.
"""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Protocol

import structlog
from limits.aio.storage import RedisStorage
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from api.limits.rates import Rate
from api.remembered import Remembered

PREFIX = "aethercast:limits"
PATIENCE = 0.25
"""Seconds that a request waits for Redis."""
PAUSE = 2.0
"""Seconds until a Redis that was away is asked again."""
MOST = 20_000

log = structlog.get_logger()


@dataclass(frozen=True)
class Count:
    """How often it was done, this time included, and when counting begins anew."""

    used: int
    ends_at: float
    """By this process's monotonic clock."""

    @property
    def seconds(self) -> int:
        """How long it is until then."""
        return max(1, math.ceil(self.ends_at - time.monotonic()))


class Counter(Protocol):
    """Where something is counted."""

    async def add(self, rate: Rate, kind: str, who: str) -> Count:
        """Count one more."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass
class _Window:
    used: int
    ends_at: float


class MemoryCounter:
    """Counts for this process. (limits' own memory looks through all its keys at each count.)"""

    def __init__(self) -> None:
        self._windows: Remembered[_Window] = Remembered(MOST)

    async def add(self, rate: Rate, kind: str, who: str) -> Count:
        """Count one more."""
        now, name = time.monotonic(), f"{kind}/{who}"
        window = self._windows.get(name)
        if window is None:
            length = rate.get_expiry()
            window = _Window(0, now + length)
            self._windows.keep(name, window, length)
        window.used += 1
        return Count(window.used, window.ends_at)

    async def close(self) -> None:
        """Nothing is open."""


class SharedCounter:
    """Counts in Redis for all processes, or here while Redis is away."""

    def __init__(self, url: str) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
        self._storage = RedisStorage(
            f"async+{url}", implementation="redispy", key_prefix=PREFIX,
            connection_pool=self._pool,  # type: ignore[arg-type]  # documented, not annotated
        )  # fmt: skip
        self._here = MemoryCounter()
        self._away_until = 0.0
        self._away = False

    async def add(self, rate: Rate, kind: str, who: str) -> Count:
        """Count one more."""
        if time.monotonic() >= self._away_until:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await self._add(rate, rate.key_for(kind, who))
            except (RedisError, OSError, TimeoutError) as problem:
                self._lose(problem)
        return await self._here.add(rate, kind, who)

    async def _add(self, rate: Rate, key: str) -> Count:
        used = await self._storage.incr(key, rate.get_expiry())
        left = await self._storage.get_expiry(key) - time.time()
        if self._away:
            self._away = False
            log.info("limits.shared_again")
        return Count(used, time.monotonic() + min(left, rate.get_expiry()))

    def _lose(self, problem: Exception) -> None:
        self._away_until = time.monotonic() + PAUSE
        if not self._away:
            self._away = True
            log.warning("limits.redis_away", problem=str(problem) or type(problem).__name__)

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._pool.aclose()
