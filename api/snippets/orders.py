"""Orders refreshes of the pool: one at a time, whoever asks and however many at once."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from agents.canonical import JSON
from api.podcasts.events.hub import POOL, EventHub
from api.runs.airflow import run_id_of
from api.runs.sweeper import Sweeper
from api.settings import FacadeSettings
from sql import Command, Statement

DAG = "snippets"
SCOPE = "pool"
"""Of everybody's cards."""
CARDS_AT_ONCE = 12
FIRST_CARDS = 8
"""Asked for while somebody waits for the very first ones."""
REST_SECONDS = 60.0
"""How long nobody need order again, until the refresh says at its end how long it is."""
BETWEEN_ORDERS = 5.0
"""So long a process that has just ordered does not try again."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """Whose a scope is."""

    workflow_id: UUID


@dataclass(frozen=True)
class Emptiness:
    """Whether there is no card."""

    empty: bool


OPEN_SCOPE = Command("refreshes/open_scope")
HOLD_SCOPE = Statement("refreshes/hold_scope", Claimed)
CLAIM = Statement("refreshes/claim", Claimed)
ORDER = Command("pool/order")
IS_EMPTY = Statement("pool/is_empty", Emptiness)


@dataclass(frozen=True)
class Order:
    """Work for the snippets flow."""

    details: dict[str, JSON]
    """The run's parameters."""
    scope: str = SCOPE
    user_id: UUID | None = None
    """Whose it will be; None: everybody's."""
    rest_seconds: float = REST_SECONDS
    request_key: str | None = None
    context: dict[str, str] = field(default_factory=dict)
    workflow_id: UUID = field(default_factory=uuid4)

    async def claim(self, connection: AsyncConnection[Any]) -> UUID | None:
        """Claim the scope and write the workflow. The caller holds the transaction.

        None where it is ours now; otherwise the workflow that stands for the scope, at work or
        ended a moment ago. Of racers each waits for the one before to commit.
        """
        scope = {"scope": self.scope, "workflow_id": self.workflow_id}
        standing = None
        while standing is None:  # the housekeeping may forget an old one between the two
            await OPEN_SCOPE.arun(connection, **scope)
            standing = await HOLD_SCOPE.aone(connection, scope=self.scope)
        if await CLAIM.aone(connection, rest_seconds=self.rest_seconds, **scope) is None:
            return standing.workflow_id
        await ORDER.arun(
            connection, workflow_id=self.workflow_id, user_id=self.user_id,
            details=Jsonb(self.details), dag_id=DAG,
            dag_run_id=run_id_of(DAG, self.workflow_id),
            client_idempotency_key=self.request_key, context=Jsonb(self.context),
        )  # fmt: skip
        return None


class OrderDesk:
    """Has the pool refreshed when there is need, without any request waiting for it."""

    def __init__(
        self, pool: AsyncConnectionPool, hub: EventHub, sweeper: Sweeper, settings: FacadeSettings
    ) -> None:
        self._pool = pool
        self._hub = hub
        self._sweeper = sweeper
        self._settings = settings
        self._turn = asyncio.Lock()
        self._next = 0.0

    @property
    def is_due(self) -> bool:
        """Whether this process may order again."""
        return self._settings.refresh_on_visit and time.monotonic() >= self._next

    async def order(self, reason: str, *, hurry: bool = False) -> bool:
        """Order a refresh for everybody; False where there is one, or was a moment ago."""
        async with self._turn:
            if time.monotonic() < self._next:
                return False
            limit = FIRST_CARDS if hurry else CARDS_AT_ONCE
            new = Order({"reason": reason, "limit": limit, "hurry": hurry})
            async with self._pool.connection() as connection, connection.transaction():
                standing = await new.claim(connection)
            self._next = time.monotonic() + BETWEEN_ORDERS
        if standing is None:
            log.info("refresh.ordered", workflow_id=str(new.workflow_id), reason=reason)
            self.tell()
        return standing is None

    async def order_if_it_can(self, reason: str) -> None:
        """The same, when the answer is given already: what goes wrong is nobody's answer."""
        try:
            await self.order(reason)
        except (psycopg.OperationalError, PoolTimeout) as problem:
            log.warning("refresh.not_ordered", problem=str(problem))

    def tell(self) -> None:
        """Something was ordered: have it triggered now, and tell those who follow the pool."""
        self._sweeper.wake()
        self._hub.ring(POOL)

    async def order_first(self) -> bool:
        """Order the first cards of all, where there is none."""
        async with self._pool.connection() as connection:
            found = await IS_EMPTY.aone(connection)
        return found is not None and found.empty and await self.order("start", hurry=True)
