"""What a task's body is given besides its arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from agents.hold import Hold
from agents.journal import Journal
from agents.process import Process
from agents.settings import AgentSettings
from sql.statements import Command
from streamer.media import MediaStore

log = structlog.get_logger(__name__)

_PROGRESS = Command("dispatches/progress")


class AgentCall:
    """One attempt at one task, under its key's fence."""

    def __init__(self, process: Process, hold: Hold, user_id: UUID | None) -> None:
        request = hold.lease.request
        self._hold = hold
        self.idempotency_key: str = request.idempotency_key
        self.workflow_id: UUID = request.workflow_id
        self.user_id: UUID | None = user_id
        self.fence: int = hold.lease.fence
        self.attempt: int = hold.lease.attempt
        self.settings: AgentSettings = process.settings
        self.pool: ConnectionPool = process.pool
        self.media: MediaStore = process.media
        self.journal = Journal(hold, user_id)

    def checkpoint(self) -> None:
        """Stop here if this call is not wanted any more. Call it between model calls.

        Raises:
            Cancelled: the call was cancelled.
            FenceLost: another owner has taken the key over.
            Deferred: this worker is to stop; another goes on.
        """
        self._hold.checkpoint()

    @contextmanager
    def transaction(self) -> Iterator[Connection[Any]]:
        """A transaction for the task's own writes that commits only under the fence.

        Keep it short: it holds the key's row. Raises as :meth:`checkpoint`.
        """
        with self._hold.transaction() as connection:
            yield connection

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Tell whoever waits how far the task is: ``done`` of ``total`` ``unit``.

        Nothing depends on it, so a database that is away is not waited for.
        """
        try:
            with self.pool.connection(timeout=1) as connection:
                _PROGRESS.run(
                    connection,
                    idempotency_key=self.idempotency_key,
                    task_name=self._hold.lease.request.task_name,
                    fence=self.fence,
                    progress=Jsonb({"done": done, "total": total, "unit": unit}),
                )
        except psycopg.OperationalError as error:
            log.warning("progress not told", error=str(error))
