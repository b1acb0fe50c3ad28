"""Media objects that nothing refers to: found, marked, and a day later removed.

An object that lost its last reference is only marked. Whoever takes it up again clears the mark
under the row's lock (``media/announce``, ``media/touch``); what was found through a reference
that is just expiring has the whole of that time to be referred to anew.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from plugins.housekeeping import positions
from plugins.housekeeping.batches import batch_of
from plugins.housekeeping.limits import Limits
from plugins.housekeeping.tally import Report, Tally
from plugins.step.rows import Connection
from sql.statements import Command, Statement
from streamer.errors import ForeignMedia
from streamer.media import MediaStore

BATCH = 100
"""Objects removed in one transaction, each a request to the store while its row is locked."""
EVER = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class _Page:
    uri: str


@dataclass(frozen=True)
class _Judged:
    uri: str
    wanted: bool


@dataclass(frozen=True)
class _Held:
    uri: str
    bytes: int
    unreferenced_since: datetime


_PAGE = Statement("housekeeping/page_of_media", _Page)
_LOOK = Statement("housekeeping/look", _Judged)
_HOLD = Statement("housekeeping/hold_media", _Held)
_FORGET = Command("housekeeping/forget_media")


def mark_orphans(connection: Connection, limits: Limits) -> Report:
    """Look at every object, from where the last run stopped, and mark what lost its references."""
    tally, after = Tally("marked", "media object"), positions.read(connection, "orphans")
    while page := _PAGE.all(connection, after=after, most=limits.most):
        with batch_of(connection, limits):
            judged = _LOOK.all(connection, uris=[each.uri for each in page])
        tally = tally.plus(sum(not each.wanted for each in judged))
        after = page[-1].uri if len(page) == limits.most else ""
        if limits.out_of_time or not after:
            break
    else:
        after = ""
    positions.keep(connection, limits, "orphans", after)
    return Report((tally,), unfinished=bool(after))


def remove_orphans(connection: Connection, store: MediaStore, limits: Limits) -> Report:
    """Remove what has been unreferenced for long, the bytes and then the row.

    Both happen under the row's lock, so whoever keeps the same key again waits and then starts
    from nothing. A crash in between leaves the marked row, and the next run removes what is left.
    """
    tally, last = Tally("removed", "media object"), _Held("", 0, EVER)
    while not limits.out_of_time:
        with batch_of(connection, limits):
            held = _hold(connection, store, limits, last)
            if not held:
                return Report((tally,))
            doomed = _still_unwanted(connection, held)
            _FORGET.run(connection, uris=[each.uri for each in doomed])
            if not limits.dry_run:
                _delete(store, doomed)
        tally = tally.plus(len(doomed), sum(each.bytes for each in doomed))
        last = held[-1]
    return Report((tally,), unfinished=True)


def _hold(connection: Connection, store: MediaStore, limits: Limits, last: _Held) -> list[_Held]:
    return _HOLD.all(
        connection, media_seconds=limits.media_seconds, base=base_of(store),
        after=last.unreferenced_since, after_uri=last.uri, most=min(BATCH, limits.most),
    )  # fmt: skip


def _still_unwanted(connection: Connection, held: list[_Held]) -> list[_Held]:
    """Judged again now that they are locked; what is wanted after all loses its mark."""
    judged = _LOOK.all(connection, uris=[each.uri for each in held])
    wanted = {each.uri for each in judged if each.wanted}
    return [each for each in held if each.uri not in wanted]


def _delete(store: MediaStore, doomed: list[_Held]) -> None:
    for each in doomed:
        try:
            store.delete(each.uri)
        except ForeignMedia:  # no key of ours, or behind a link: never reached by us, so not ours
            continue


def base_of(store: MediaStore) -> str:
    """What all URIs of a store begin with."""
    return store.uri_of("x")[:-1]
