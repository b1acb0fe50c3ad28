"""The journal of one task: which of its expensive calls are already made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import stamina
from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.canonical import JSON, digest
from agents.failures import describe_error
from agents.hold import Hold
from agents.stopping import raise_if_stopping
from sql.statements import Command, Statement


@dataclass(frozen=True)
class Produced:
    """A call's result with what it used up, for the ledger."""

    result: JSON
    units: dict[str, float] = field(default_factory=dict)
    """Amounts by name, such as ``{"input_tokens": 812, "output_tokens": 96}``."""
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class _Result:
    result: JSON


@dataclass(frozen=True)
class _Entry:
    call_id: int


# What a call has cost must not be lost to a database that restarts.
_waiting_for_database = stamina.retry(on=psycopg.OperationalError, attempts=None, timeout=60)

_FIND = Statement("journal/find", _Result)
_KEEP = Statement("journal/keep", _Result)
_BEGIN = Statement("journal/begin", _Entry)
_FINISH = Command("journal/finish")
_NOTE_REUSE = Command("journal/note_reuse")


class Journal:
    """Makes each call once per caller and content, whatever happens to the worker.

    Results are kept by content hash under the task's fence; every attempt, finished or not,
    has its row in the ledger.
    """

    def __init__(self, hold: Hold, user_id: UUID | None) -> None:
        self._hold = hold
        self._user_id = user_id

    def remember(
        self,
        kind: str,
        inputs: JSON,
        produce: Callable[[str], JSON | Produced],
        model: str | None = None,
    ) -> JSON:
        """Return what ``produce(call_key)`` gave, now or in an earlier run.

        ``inputs`` is everything the result depends on, as JSON. ``produce`` holds no
        connection while it runs; the call key is its own idempotency key towards a model
        service. What it raises is raised again, and the call may be made anew.

        Raises:
            Cancelled, FenceLost: the task lost its key; nothing was kept.
            Deferred: this worker is to stop, so no call was begun.
        """
        call_key = self.key_of(kind, inputs, model)
        entry = self._entry(call_key, kind, model)
        found = self._find_or_begin(entry)
        if isinstance(found, _Result):
            return found.result
        try:
            made = produce(call_key)
            produced = made if isinstance(made, Produced) else Produced(made)
            return self._keep(found.call_id, call_key, kind, produced)
        except Exception as error:
            self._close_failed(found.call_id, error)
            raise

    def key_of(self, kind: str, inputs: JSON, model: str | None = None) -> str:
        """The content hash of a call: caller, kind, model and inputs."""
        caller = str(self._user_id) if self._user_id else None
        return digest({"caller": caller, "kind": kind, "model": model, "inputs": inputs})

    @_waiting_for_database
    def _find_or_begin(self, entry: dict[str, object]) -> _Result | _Entry:
        """The call's result, its reuse noted; or the ledger's row for a call to be made."""
        raise_if_stopping()
        with self._hold.transaction() as connection:
            found = _FIND.one(connection, call_key=entry["call_key"])
            if found is not None:
                _NOTE_REUSE.run(connection, **entry)
                return found
            begun = _BEGIN.one(connection, **entry)
            assert begun is not None
            return begun

    @_waiting_for_database
    def _keep(self, call_id: int, call_key: str, kind: str, produced: Produced) -> JSON:
        with self._hold.transaction() as connection:
            kept = _KEEP.one(
                connection,
                call_key=call_key,
                kind=kind,
                user_id=self._user_id,
                result=Jsonb(produced.result),
            )
            self._finish(connection, call_id, "completed", produced)
        assert kept is not None
        return kept.result

    def _close_failed(self, call_id: int, error: Exception) -> None:
        """Record how the attempt ended. It is the attempt's own row, so no fence is asked."""
        described = describe_error(error)
        with self._hold.pool.connection() as connection:
            text = f"{described['type']}: {described['message']}"
            self._finish(connection, call_id, "failed", Produced(None), text)

    def _finish(
        self,
        connection: Connection[Any],
        call_id: int,
        outcome: str,
        produced: Produced,
        error: str | None = None,
    ) -> None:
        _FINISH.run(
            connection,
            call_id=call_id,
            outcome=outcome,
            units=Jsonb(produced.units),
            cost_usd=produced.cost_usd,
            error=error,
        )

    def _entry(self, call_key: str, kind: str, model: str | None) -> dict[str, object]:
        request = self._hold.lease.request
        return {
            "call_key": call_key,
            "kind": kind,
            "workflow_id": request.workflow_id,
            "task_name": request.task_name,
            "idempotency_key": request.idempotency_key,
            "fence": self._hold.lease.fence,
            "model": model,
        }
