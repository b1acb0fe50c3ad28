"""Turns away who asks too often, and tells everybody how much is left.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-10: ``RateLimit-Policy`` says
what holds (q requests in w seconds), ``RateLimit`` what is left of it (r, for t more seconds).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from starlette.requests import ClientDisconnect

from api.limits.counts import Count, Counter, MemoryCounter, SharedCounter
from api.limits.rates import Rate
from api.metrics import LIMITED
from api.problems import Problem, TooManyRequests
from api.remembered import Remembered
from api.settings import FacadeSettings

Kind = Literal["reads", "writes", "uploads", "attempts"]
_WORDS = {
    "reads": "requests", "writes": "requests that create or cancel",
    "uploads": "files", "attempts": "wrong tokens or login codes",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A caller's count of one kind of request, and what is allowed."""

    kind: Kind
    rate: Rate
    count: Count

    @property
    def is_over(self) -> bool:
        """Whether this one was too many."""
        return self.count.used > self.rate.amount

    def headers(self) -> dict[str, str]:
        """The RateLimit fields."""
        left = max(0, self.rate.amount - self.count.used)
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.rate.amount};w={self.rate.get_expiry()}',
            "RateLimit": f'"{self.kind}";r={left};t={self.count.seconds}',
        }

    def problem(self) -> TooManyRequests:
        """What a caller who is over hears."""
        words = f"{self.rate.amount} {_WORDS[self.kind]} in {self.rate.get_expiry()} s are allowed."
        retry = {"Retry-After": str(self.count.seconds)}
        return TooManyRequests(words, {**retry, **self.headers()})


class Limiter:
    """Counts each kind of request where its limit makes sense."""

    def __init__(self, settings: FacadeSettings) -> None:
        self._settings = settings
        self._shared = SharedCounter(settings.broker_url)
        self._here = MemoryCounter()
        self._over: Remembered[Standing] = Remembered(10_000)

    async def spend(self, kind: Kind, who: object) -> dict[str, str]:
        """Count one request; the headers that tell what is left.

        Raises:
            TooManyRequests: this was one too many.
        """
        rate = self._settings.rate(kind)
        if rate is None:
            return {}
        self.check(kind, who)
        standing = Standing(kind, rate, await self._counter(kind).add(rate, kind, str(who)))
        if standing.is_over:
            self._over.keep(f"{kind}/{who}", standing, standing.count.seconds)
            LIMITED.labels(kind).inc()
            raise standing.problem()
        return standing.headers()

    async def consider(self, who: object, kind: Kind = "writes") -> None:
        """A request that would create something is about to be looked at.

        It counts as ``kind`` only when it takes effect; looking at what is then refused, or loses
        to another request with its key, is work like reading.

        Raises:
            TooManyRequests: it will not be let in anyway.
        """
        self.check(kind, who)
        await self.spend("reads", who)

    def check(self, kind: Kind, who: object) -> None:
        """Turn away at no cost who was turned away a moment ago.

        Raises:
            TooManyRequests: the time that was named then is not over yet.
        """
        if (standing := self._over.get(f"{kind}/{who}")) is not None:
            LIMITED.labels(kind).inc()
            raise standing.problem()

    def _counter(self, kind: Kind) -> Counter:
        return self._here if kind == "reads" else self._shared

    async def close(self) -> None:
        """Let go of Redis."""
        await self._shared.close()


@asynccontextmanager
async def refusals_counted(request: Request, limits: Limiter, who: object) -> AsyncIterator[None]:
    """What is refused within the block, or left by the caller, was work: it counts as reading.

    What passes is not counted: it may be a repetition. Nothing is begun, and so no body read, for
    whom reading is over.

    Raises:
        TooManyRequests: no more is to be read for this caller, or this refusal was one too many.
    """
    limits.check("reads", who)
    try:
        yield
    except (Problem, ClientDisconnect):
        tell(request, await limits.spend("reads", who))
        raise


def tell(request: Request, headers: dict[str, str]) -> None:
    """Have the answer to this request carry these headers."""
    request.state.told.update(headers)
