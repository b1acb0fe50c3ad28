"""Every step of the housekeeping by the name its task has."""

from collections.abc import Callable

from plugins.housekeeping.events import forget_events
from plugins.housekeeping.expiry import Expiry, drop_uploads, expire
from plugins.housekeeping.limits import Limits
from plugins.housekeeping.orphans import mark_orphans, remove_orphans
from plugins.housekeeping.strays import take_up_strays
from plugins.housekeeping.tally import Report
from plugins.step.rows import Connection
from streamer.media import MediaStore, open_store

Sweep = Callable[[Connection, Limits], Report]

ROWS: dict[str, Sweep] = {
    "request_keys": expire(Expiry("housekeeping/forget_request_keys", "request key")),
    "agent_keys": expire(
        Expiry("housekeeping/forget_dispatches", "agent task"),
        Expiry("housekeeping/forget_agent_keys", "agent key"),
    ),
    "journal": expire(Expiry("housekeeping/forget_journal", "journal entry")),
    "sessions": expire(
        Expiry("housekeeping/forget_sessions", "session"),
        Expiry("housekeeping/forget_login_codes", "login link"),
    ),
    "streams": expire(Expiry("housekeeping/expire_streams", "expired stream", most=50)),
    "events": forget_events,
    "uploads": drop_uploads,
    "cards": expire(
        Expiry("housekeeping/retire_old_cards", "explored card"),
        Expiry("housekeeping/retire_surplus_cards", "explored card"),
        Expiry("housekeeping/forget_cards", "card"),
        Expiry("housekeeping/forget_topics", "topic"),
    ),
    "feeds": expire(
        Expiry("housekeeping/forget_feed_items", "feed entry"),
        Expiry("housekeeping/forget_feeds", "feed"),
    ),
    "pages": expire(
        Expiry("housekeeping/forget_pages", "page"),
        Expiry("housekeeping/forget_refreshes", "refresh", most=50),
        Expiry("housekeeping/forget_orders", "refresh order"),
    ),
}
"""Side by side: each has tables of its own."""


def with_store(sweep: Callable[[Connection, MediaStore, Limits], Report]) -> Sweep:
    """A step over the media store of the settings, which is opened when the step begins."""

    def step(connection: Connection, limits: Limits) -> Report:
        return sweep(connection, open_store(), limits)

    return step


MEDIA: dict[str, Sweep] = {
    "mark_orphans": mark_orphans,
    "take_up_strays": with_store(take_up_strays),
    "remove_orphans": with_store(remove_orphans),
}
"""One after the other, behind the rows: what those let go of is found at once."""

SWEEPS = ROWS | MEDIA
