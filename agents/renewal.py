"""Renewing a lease while the work goes on."""

import threading
from types import TracebackType
from typing import Self

import psycopg
import structlog

from agents.errors import Cancelled, FenceLost
from agents.hold import Hold

log = structlog.get_logger(__name__)


class Renewal:
    """Renews a hold every third of its lease, from entry to exit, on a thread of its own.

    It ends early when the hold is lost; the task then hears of it at its next checkpoint.
    While the database is away it goes on trying: a late renewal is good as long as nobody
    took the key over.
    """

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._hold.terms.lease_seconds / 3):
            try:
                self._hold.renew()
            except (Cancelled, FenceLost):
                return
            except psycopg.Error as error:
                workflow_id = str(self._hold.lease.request.workflow_id)
                log.warning("lease not renewed", workflow_id=workflow_id, error=str(error))
