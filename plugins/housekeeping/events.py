"""The events of podcasts that ended long ago."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from plugins.housekeeping import positions
from plugins.housekeeping.batches import batch_of
from plugins.housekeeping.expiry import Removed
from plugins.housekeeping.limits import Limits
from plugins.housekeeping.tally import Report, Tally
from plugins.step.rows import Connection
from sql.statements import Statement

FLOWS = 100
"""Flows of one batch; each has some hundred events."""


@dataclass(frozen=True)
class _Ended:
    workflow_id: UUID
    changed_at: datetime


_START = _Ended(UUID(int=0), datetime(1, 1, 2, tzinfo=UTC))
_ENDED = Statement("housekeeping/ended_flows", _Ended)
_FORGET = Statement("housekeeping/forget_events", Removed)


def forget_events(connection: Connection, limits: Limits) -> Report:
    """Forget them flow by flow, in the order in which something last happened to the flows.

    A flow to which something happens later is come by again: made again by a person, its stream
    swept, its agents' messages forgotten.
    """
    tally, last = Tally("removed", "event"), _read(positions.read(connection, "events"))
    while flows := _after(connection, limits, last):
        with batch_of(connection, limits):
            gone = _FORGET.one(
                connection, workflow_ids=[each.workflow_id for each in flows],
                times=[each.changed_at for each in flows],
            )  # fmt: skip
            last = flows[-1]
            positions.keep(connection, limits, "events", _write(last))
        assert gone is not None
        tally = tally.plus(gone.removed)
        if limits.out_of_time:
            return Report((tally,), unfinished=True)
    return Report((tally,))


def _after(connection: Connection, limits: Limits, last: _Ended) -> list[_Ended]:
    return _ENDED.all(
        connection, event_seconds=limits.event_seconds, most=min(FLOWS, limits.most),
        after=last.changed_at, after_id=last.workflow_id,
    )  # fmt: skip


def _write(ended: _Ended) -> str:
    return f"{ended.changed_at.isoformat()} {ended.workflow_id}"


def _read(position: str) -> _Ended:
    if not position:
        return _START
    when, _, workflow_id = position.partition(" ")
    return _Ended(UUID(workflow_id), datetime.fromisoformat(when))
