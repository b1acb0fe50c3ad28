"""The note says what was done, would be done, is left to do, and went wrong."""

import json

import pytest

from plugins.housekeeping.note import compose_note
from plugins.housekeeping.tally import Report, Tally, describe_bytes, inflect

KEYS = Report((Tally("removed", "request key", 12),))
ENTRY = Report((Tally("removed", "journal entry", 1),))
MEDIA = Report((Tally("removed", "media object", 3, 4_120_000),), unfinished=True)
MARKED = Report((Tally("marked", "media object", 2), Tally("removed", "half-written file")))
NOTHING = Report((Tally("removed", "session"),))


@pytest.mark.parametrize(
    ("reports", "dry_run", "note"),
    [
        ({"sessions": NOTHING}, False, "Nothing to do."),
        ({"sessions": NOTHING}, True, "Dry run: nothing was changed. Nothing to do."),
        ({"a": KEYS, "b": ENTRY}, False, "Removed 12 request keys, 1 journal entry."),
        (
            {"keys": KEYS, "remove_orphans": MEDIA, "mark_orphans": MARKED},
            False,
            "Removed 12 request keys, 3 media objects (4.1 MB). Marked for removal: "
            "2 media objects. There is more to do in remove_orphans; the next run goes on.",
        ),
        (
            {"keys": KEYS, "mark_orphans": MARKED},
            True,
            "Dry run: nothing was changed. Would remove 12 request keys. "
            "Would mark for removal: 2 media objects.",
        ),
        (
            {"keys": KEYS, "remove_orphans": None},
            False,
            "Removed 12 request keys. **Failed: remove_orphans.** The task's log says why.",
        ),
    ],
)
def test_the_note(reports: dict[str, Report | None], dry_run: bool, note: str) -> None:
    assert compose_note(reports, dry_run=dry_run) == note


def test_a_report_travels_as_json_without_what_was_not_found() -> None:
    written = json.loads(json.dumps(MARKED.as_json()))
    assert written["tallies"] == [
        {"done": "marked", "thing": "media object", "count": 2, "bytes": 0}
    ]
    assert Report.from_json(written) == Report((Tally("marked", "media object", 2),))


def test_words_bend() -> None:
    assert [inflect(thing, 2) for thing in ("key", "entry", "upload")] == [
        "keys", "entries", "uploads",
    ]  # fmt: skip
    assert [describe_bytes(size) for size in (1, 999, 1000, 999_949, 4_100_000, 2 * 10**9)] == [
        "1 byte", "999 bytes", "1.0 kB", "999.9 kB", "4.1 MB", "2.0 GB",
    ]  # fmt: skip
