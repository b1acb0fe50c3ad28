"""An owner's hold on its key while a task runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import stamina
from psycopg import Connection
from psycopg_pool import ConnectionPool

from agents import idempotency
from agents.errors import Cancelled, FenceLost
from agents.idempotency import Lease, Terms
from agents.stopping import raise_if_stopping
from sql.statements import Statement


@dataclass(frozen=True)
class _Flag:
    cancelled: bool


_IS_CANCELLED = Statement("dispatches/is_cancelled", _Flag)


class Hold:
    """Shared by a task's body, its journal and its renewal thread."""

    def __init__(
        self, pool: ConnectionPool, lease: Lease, terms: Terms, task_id: UUID | None
    ) -> None:
        self.pool = pool
        self.lease = lease
        self.terms = terms
        self.task_id = task_id
        self._lost: FenceLost | Cancelled | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection[Any]]:
        """A transaction that commits only under the fence.

        Raises:
            Cancelled: the call was cancelled.
            FenceLost: another owner has the key.
        """
        self.raise_if_lost()
        with self.pool.connection() as connection, self._explaining(connection):
            idempotency.guard(connection, self.lease)
            yield connection

    @stamina.retry(on=psycopg.OperationalError, attempts=None, timeout=30)
    def checkpoint(self) -> None:
        """Ask whether to go on; a database that is away is waited for.

        Raises:
            Cancelled: the call was cancelled.
            FenceLost: another owner has the key.
            Deferred: this worker is to stop.
        """
        raise_if_stopping()
        with self.transaction():
            pass

    def renew(self) -> None:
        """Keep the key for another lease. Raises Cancelled or FenceLost."""
        patience = self.terms.lease_seconds / 3
        with (
            self.pool.connection(timeout=patience) as connection,
            self._explaining(connection),
        ):
            idempotency.renew(connection, self.lease, self.terms)

    def raise_if_lost(self) -> None:
        """Raise Cancelled or FenceLost where a renewal was refused; asks no database."""
        if self._lost is not None:
            raise type(self._lost)

    @contextmanager
    def _explaining(self, connection: Connection[Any]) -> Iterator[None]:
        """Tell a cancelled owner from one that was taken over."""
        try:
            yield
        except FenceLost as lost:
            self._lost = Cancelled() if self._is_cancelled(connection) else lost
            raise self._lost from None

    def _is_cancelled(self, connection: Connection[Any]) -> bool:
        flag = _IS_CANCELLED.one(connection, task_id=self.task_id)
        return flag is not None and flag.cancelled
