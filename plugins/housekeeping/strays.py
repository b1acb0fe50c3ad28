"""Files in the media store that have no row.

A row is committed before its upload begins, so a file without one is what is left of a row that
went with its user, or of a database that was put back to an earlier day. Strays are not deleted
here: they are given a row, unreferenced since they were written, and go the way of every other
object.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from plugins.errors import PluginError
from plugins.housekeeping import positions
from plugins.housekeeping.batches import batch_of
from plugins.housekeeping.expiry import Removed
from plugins.housekeeping.limits import Limits
from plugins.housekeeping.orphans import base_of
from plugins.housekeeping.tally import Report, Tally
from plugins.step.rows import Connection
from sql.statements import Statement
from streamer.media import MediaStore
from streamer.media.stored import StoredObject

FOLDERS = frozenset({"covers", "sources", "speech", "streams"})
"""Where our rooms keep things. Whatever else lies in the store is somebody else's."""
MOST = 10_000
"""Strays taken up in one run."""
SUSPICIOUS = 20
"""From so many strays on, it matters whether they are most of what lies there."""


class MostlyStrays(PluginError):
    """Most files of the media store have no row. Does the database belong to the store?

    Nothing was touched. If it does, start a run with `trust_database`.
    """


@dataclass(frozen=True)
class _Uri:
    uri: str


_FIND = Statement("housekeeping/find_strays", _Uri)
_ADOPT = Statement("housekeeping/adopt_strays", Removed)


def take_up_strays(connection: Connection, store: MediaStore, limits: Limits) -> Report:
    """Give a row to every old file without one, from where the last run stopped.

    Raises:
        MostlyStrays: they are more than half of what was looked at.
        MediaUnavailable: the store does not answer.
    """
    before = datetime.now(UTC) - timedelta(seconds=limits.media_seconds)
    looked = _look_through(connection, store, limits, before)
    if not limits.trust_database and len(looked.strays) >= max(SUSPICIOUS, looked.files / 2):
        raise MostlyStrays
    tally = Tally("marked", "stray file")
    for start in range(0, len(looked.strays), limits.most):
        with batch_of(connection, limits):
            tally = _adopt(connection, looked.strays[start : start + limits.most], tally)
    halves = 0 if limits.dry_run else store.clear_partial(before)
    positions.keep(connection, limits, "strays", looked.stopped_at)
    return Report((tally, Tally("removed", "half-written file", halves)), bool(looked.stopped_at))


@dataclass
class _Looked:
    files: int
    strays: list[StoredObject]
    stopped_at: str


def _look_through(
    connection: Connection, store: MediaStore, limits: Limits, before: datetime
) -> _Looked:
    looked = _Looked(0, [], positions.read(connection, "strays"))
    objects = store.objects(looked.stopped_at)
    while batch := list(islice(objects, limits.most)):
        ours = [each for each in batch if _folder(store, each) in FOLDERS]
        rowless = {each.uri for each in _FIND.all(connection, uris=[each.uri for each in ours])}
        looked.files += len(ours)
        looked.strays += [
            each for each in ours if each.uri in rowless and each.modified_at < before
        ]
        looked.stopped_at = batch[-1].uri if len(batch) == limits.most else ""
        if not looked.stopped_at or limits.out_of_time or len(looked.strays) >= MOST:
            return looked
    looked.stopped_at = ""  # nothing was behind the last whole batch
    return looked


def _folder(store: MediaStore, found: StoredObject) -> str:
    return found.uri.removeprefix(base_of(store)).partition("/")[0]


def _adopt(connection: Connection, strays: list[StoredObject], tally: Tally) -> Tally:
    adopted = _ADOPT.one(
        connection,
        uris=[each.uri for each in strays],
        sizes=[each.bytes for each in strays],
        times=[each.modified_at for each in strays],
    )
    assert adopted is not None
    return tally.plus(adopted.removed, adopted.bytes)
