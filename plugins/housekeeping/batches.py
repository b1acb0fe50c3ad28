"""The rhythm of every sweep: a batch in a transaction, until there is none or time is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from plugins.housekeeping.limits import Limits
from plugins.step.rows import Connection
from sql.statements import Command

GO_BY_INDEXES = Command("housekeeping/go_by_indexes")
DRY_BATCHES = 20
"""A dry run undoes each batch, so it sees the same again: it takes one that is so much longer."""


@contextmanager
def batch_of(connection: Connection, limits: Limits) -> Iterator[None]:
    """A transaction whose work stays, or is undone in a dry run."""
    with connection.transaction(force_rollback=limits.dry_run):
        GO_BY_INDEXES.run(connection)
        yield


def until_done(limits: Limits, batch: Callable[[int], int], at_most: int = 10_000) -> bool:
    """Call ``batch(most)``, which says how many it took, until it takes fewer than asked.

    Returns whether time was over before that.
    """
    most = min(limits.most * (DRY_BATCHES if limits.dry_run else 1), at_most)
    while batch(most) == most:
        if limits.dry_run or limits.out_of_time:
            return True
    return False
