"""All checks at once, with a line for each part."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psycopg
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, ConfigDict

from api.health import checks
from api.parts import Parts

SECONDS_PER_CHECK = 15.0
"""The execution API takes about nine seconds to build."""
SECONDS_KEPT = 1.0

Check = Callable[[Parts], Awaitable[None]]
CHECKS: dict[str, Check] = {
    "database": checks.check_database,
    "broker": checks.check_broker,
    "agents": checks.check_agents,
    "models": checks.check_aims,
    "streamer": checks.check_asf,
    "airflow": checks.check_airflow,
    "airflow execution": checks.check_execution,
    "airflow dag": checks.check_podcast_dag,
    "airflow cards": checks.check_snippets_dag,
}
ASIDE = frozenset({"airflow cards"})
"""Told, but no reason to call the chain not ready: podcasts are made without it."""


class PartState(BaseModel):
    """One part of the chain."""

    part: str
    ready: bool
    missing: str | None = None


class Readiness(BaseModel):
    """Whether a podcast asked for now would be made at once."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    ready: bool
    parts: list[PartState]
    """One line per part; `missing` says what it lacks."""


LEAVING = Readiness(
    ready=False, parts=[PartState(part="facade", ready=False, missing="is shutting down")]
)
"""What is said between the signal to end and the end."""


@dataclass
class ReadinessProbe:
    """Answers many probes with one round of checks a second."""

    parts: Parts
    _latest: Readiness | None = None
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._turn = asyncio.Lock()

    async def look(self) -> Readiness:
        """How the chain is now, or was within the last second."""
        async with self._turn:
            if self._latest is None or time.monotonic() - self._at > SECONDS_KEPT:
                states = await asyncio.gather(
                    *(_state(self.parts, name, check) for name, check in CHECKS.items())
                )
                needed = [each for each in states if each.part not in ASIDE]
                self._latest = Readiness(ready=all(each.ready for each in needed), parts=states)
                self._at = time.monotonic()
            return self._latest


async def _state(parts: Parts, name: str, check: Check) -> PartState:
    try:
        async with asyncio.timeout(SECONDS_PER_CHECK):
            await check(parts)
    except TimeoutError:
        return PartState(part=name, ready=False, missing="does not answer in time")
    except (checks.NotReady, psycopg.Error, PoolTimeout) as problem:
        return PartState(part=name, ready=False, missing=str(problem))
    return PartState(part=name, ready=True)
