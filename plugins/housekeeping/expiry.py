"""Rows whose time is over: keys, dispatches, sessions, streams, uploads, cards, news, refreshes."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from plugins.housekeeping.batches import batch_of, until_done
from plugins.housekeeping.limits import Limits
from plugins.housekeeping.tally import Report, Tally
from plugins.step.rows import Connection
from sql.statements import Statement


@dataclass(frozen=True)
class Removed:
    """What one statement took away."""

    removed: int
    bytes: int
    told: int = 0


@dataclass(frozen=True)
class _Upload:
    source_id: UUID


_HOLD_UPLOADS = Statement("housekeeping/hold_uploads", _Upload)
_DROP_UPLOADS = Statement("housekeeping/drop_uploads", Removed)


@dataclass(frozen=True)
class Expiry:
    """The rows of one table that have expired, told by one query."""

    query: str
    thing: str
    most: int = 10_000
    """Rows of one statement at most, where one row takes much with it."""

    def sweep(self, connection: Connection, limits: Limits) -> tuple[Tally, bool]:
        """Take them away, batch by batch; what was taken, and whether time was over before."""
        statement = Statement(self.query, Removed)
        tally = Tally("removed", self.thing)

        def batch(most: int) -> int:
            nonlocal tally
            with batch_of(connection, limits):
                gone = statement.one(connection, most=most, **_ages(limits))
            assert gone is not None
            tally = tally.plus(gone.removed, gone.bytes)
            return gone.removed

        unfinished = until_done(limits, batch, self.most)
        return tally, unfinished


def expire(*expiries: Expiry) -> Callable[[Connection, Limits], Report]:
    """A step that sweeps several tables, one after the other."""

    def step(connection: Connection, limits: Limits) -> Report:
        swept = [expiry.sweep(connection, limits) for expiry in expiries]
        return Report(tuple(tally for tally, _ in swept), any(late for _, late in swept))

    return step


def drop_uploads(connection: Connection, limits: Limits) -> Report:
    """What was handed in and never used. Its file goes with the media that nothing refers to.

    The sources are locked first and judged after that: an attachment that was committed in
    between is seen, and one that comes later waits and finds no source.
    """
    tally = Tally("removed", "unused upload")

    def batch(most: int) -> int:
        nonlocal tally
        with batch_of(connection, limits):
            held = _HOLD_UPLOADS.all(connection, most=most, upload_seconds=limits.upload_seconds)
            gone = _DROP_UPLOADS.one(connection, source_ids=[each.source_id for each in held])
        assert gone is not None
        tally = tally.plus(gone.removed)
        return len(held)

    unfinished = until_done(limits, batch)
    return Report((tally,), unfinished)


def _ages(limits: Limits) -> dict[str, float]:
    return {
        "dispatch_seconds": limits.dispatch_seconds,
        "stream_seconds": limits.stream_seconds,
        "session_seconds": limits.session_seconds,
        "card_seconds": limits.card_seconds,
        "news_seconds": limits.news_seconds,
        "explored_seconds": limits.explored_seconds,
        "explored_cards": limits.explored_cards,
    }
