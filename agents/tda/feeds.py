"""Asking the feeds that are due, each for itself: one that fails or dawdles costs only its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from agents.canonical import JSON
from agents.tda.items import ItemRow, item_of, material_of
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.settings import DiscoverySettings
from agents.wcha.answers import Known
from agents.wcha.errors import (
    DamagedSource,
    FetchFailed,
    PageGone,
    TooSlow,
    TryLater,
    UnreadableSource,
)
from agents.wcha.fetch import Changed, Fetcher, Patience, Unchanged
from agents.wcha.formats.feed import PARSER, Feed
from agents.wcha.reading import Reader
from sql import Command, Statement

log = structlog.get_logger(__name__)
MOST_ITEMS = 600
"""How many entries are looked at in one discovery, the newest."""
_AT_ONCE = 16
_CONNECT_SECONDS = 3.0
_PARSE_SECONDS = 2.0
_HURRIED_PARSE_SECONDS = 0.5
_LATE_READING_SECONDS = 8.0
"""How long answers that came in time are read after it, where nobody waits."""
_LONGEST_ADDRESS = 2_000
_LONGEST_REST = 6 * 3600.0
_GONE_REST = 7 * 86_400.0
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"
_BROKEN = "This feed is damaged; what could be read of it was."
_EMPTY_PROMISE = "This feed says that nothing has changed, but nothing of it was ever read."


@dataclass(frozen=True)
class Due:
    """A feed that is to be asked now."""

    url: str
    title: str | None
    etag: str | None
    last_modified: str | None
    parser: int
    failures: int
    lately: bool
    has_items: bool

    @property
    def known(self) -> Known:
        """What may be asked for as a change: only where this parser has read the rest, lately."""
        fit = self.parser == PARSER and self.lately and self.has_items
        return Known(self.etag, self.last_modified) if fit else Known()


@dataclass(frozen=True)
class State:
    """How a feed stands."""

    url: str
    status: str
    problem: str | None
    items: int


Answer = Changed | Unchanged
_KNOW = Command("feeds/know")
_TAKE_DUE = Statement("feeds/take_due", Due)
_KEEP_ITEMS = Command("feeds/keep_items")
_ANSWERED = Command("feeds/answered")
_UNCHANGED = Command("feeds/unchanged")
_FAILED = Command("feeds/failed")
_GIVEN_UP = Command("feeds/given_up")
_STATES = Statement("feeds/states", State)
_RECENT = Statement("feeds/recent_items", ItemRow)


def refresh_feeds(
    pool: ConnectionPool, order: Order, settings: DiscoverySettings,
    reader: Callable[[], Reader], checkpoint: Callable[[], None],
) -> None:  # fmt: skip
    """Ask every feed that is due, and keep what it says. Raises only what ``checkpoint`` does."""
    urls = named(settings)
    if not urls:
        return
    with pool.connection() as connection:
        _KNOW.run(connection, urls=urls)
        due = _TAKE_DUE.all(connection, urls=urls, only_new=order.explores)
    if due:
        asking = _Asking(pool, settings, reader(), order.hurry or order.explores)
        asking.ask(due, checkpoint)


def named(settings: DiscoverySettings) -> list[str]:
    """The feeds of the settings, each once; what cannot be an address is left out."""
    return [url for url in dict.fromkeys(settings.feeds) if 8 <= len(url) <= _LONGEST_ADDRESS]


def states(connection: Connection[Any], settings: DiscoverySettings) -> list[dict[str, JSON]]:
    """How the feeds of the settings stand."""
    return [vars(state) for state in _STATES.all(connection, urls=named(settings))]


def recent(
    connection: Connection[Any], order: Order, settings: DiscoverySettings
) -> list[Material]:
    """What the feeds told of late."""
    rows = _RECENT.all(
        connection, urls=named(settings), topic_days=settings.topic_days, user_id=order.user_id,
        limit=MOST_ITEMS,
    )  # fmt: skip
    return [material_of(row) for row in rows]


class _Asking:
    """One round among the feeds."""

    def __init__(
        self, pool: ConnectionPool, settings: DiscoverySettings, reader: Reader, hurry: bool
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._reader = reader
        self._hurry = hurry
        self._seconds = settings.feed_hurry_seconds if hurry else settings.feed_seconds
        patience = Patience(min(_CONNECT_SECONDS, self._seconds), self._seconds)
        self._fetcher = Fetcher(settings, patience)

    def ask(self, due: list[Due], checkpoint: Callable[[], None]) -> None:
        """Ask all; what is not there in time is given up for this time, or has failed. What is
        there and could not be read any more is nobody's fault."""
        threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="feed")
        # Those first that answered the last time: a silent one keeps a thread to the end.
        ranked = sorted(due, key=lambda feed: (feed.failures, feed.url))
        asked = {threads.submit(self._fetch, feed): feed for feed in ranked}
        late = {feed.url: feed for feed in due}
        try:
            for future in self._as_they_come(asked):
                checkpoint()
                self._settle(late.pop(asked[future].url), future)
            self._leave_unread(asked, late)
            self._note_late(list(late.values()))
        except BaseException:
            self._give_up(list(late.values()))
            raise
        finally:
            self._fetcher.stop()
            threads.shutdown(wait=False, cancel_futures=True)

    def _as_they_come(self, asked: "dict[Future[Answer], Due]") -> "Iterator[Future[Answer]]":
        """The answers, each once it is there; reading them takes of the same time.

        Who answered in time is not late because the one before took long to read: where nobody
        waits such answers are read all the same.
        """
        # More feeds than are asked at once take their turns, within twice the time for one.
        rounds = 1 if self._hurry or len(asked) <= _AT_ONCE else 2
        ends = time.monotonic() + rounds * self._seconds + 0.25
        read_until = ends if self._hurry else ends + _LATE_READING_SECONDS
        waiting = set(asked)
        while waiting:
            done, waiting = wait(waiting, max(0.0, ends - time.monotonic()), FIRST_COMPLETED)
            if not done:
                return
            for future in (each for each in asked if each in done):
                if time.monotonic() > read_until:
                    return
                yield future

    def _fetch(self, feed: Due) -> Answer:
        began = time.monotonic()
        try:
            return self._fetcher.fetch_changed(
                feed.url, _ACCEPT, feed.known, self._settings.feed_max_bytes
            )
        except TryLater:
            raise
        except FetchFailed as error:
            if self._hurry and time.monotonic() - began > 0.9 * self._seconds:
                raise _NotWaitedFor from error
            raise

    def _settle(self, feed: Due, future: "Future[Answer]") -> None:
        try:
            answer = future.result()
            if isinstance(answer, Unchanged):
                self._note_unchanged(feed, answer)
            else:
                self._keep(feed, answer)
        except _NotWaitedFor:
            self._give_up([feed])
        except UnreadableSource as error:
            self._fail(feed, error)
        except (ValueError, psycopg.DataError, psycopg.IntegrityError) as error:
            # Whatever a feed may hold that no row can: it is that feed's failure alone.
            log.warning("feed_unkept", feed=feed.url, error=repr(error))
            self._fail(feed, DamagedSource("This feed holds what cannot be kept."))

    def _note_unchanged(self, feed: Due, answer: Unchanged) -> None:
        if not feed.has_items:
            raise FetchFailed(_EMPTY_PROMISE)
        with self._pool.connection() as connection:
            _UNCHANGED.run(connection, url=feed.url, rest_seconds=self._rest(answer.max_age))

    def _keep(self, feed: Due, answer: Changed) -> None:
        read = self._read(answer.data)
        now = datetime.now(UTC)
        # Two entries of one key would be one row written twice.
        items = {item["item_key"]: item for entry in read.entries for item in [item_of(entry, now)]}
        with self._pool.connection() as connection:
            _KEEP_ITEMS.run(connection, feed_url=feed.url, items=Jsonb(list(items.values())))
            _ANSWERED.run(
                connection, url=feed.url, title=read.title, etag=answer.known.etag,
                last_modified=answer.known.last_modified, parser=PARSER,
                problem=_BROKEN if read.broken else None,
                rest_seconds=self._rest(answer.max_age, read.minutes),
            )  # fmt: skip

    def _read(self, data: bytes) -> Feed:
        seconds = _HURRIED_PARSE_SECONDS if self._hurry else _PARSE_SECONDS
        try:
            return self._reader.read_feed(data, self._settings.feed_items, seconds)
        except TooSlow as error:
            if self._hurry:
                raise _NotWaitedFor from error
            raise

    def _rest(self, *asked: float | None) -> float:
        """How long a feed is left alone: as long as it asks for, within reason."""
        max_age, *minutes = asked
        wishes = [max_age or 0.0, *(60 * (each or 0.0) for each in minutes)]
        return min(_LONGEST_REST, max(60 * self._settings.feed_minutes, *wishes))

    def _fail(self, feed: Due, error: UnreadableSource) -> None:
        log.warning("feed_failing", feed=feed.url, reason=str(error), failures=feed.failures + 1)
        rest = min(_LONGEST_REST, 60 * self._settings.feed_minutes * 2 ** min(feed.failures, 10))
        if isinstance(error, TryLater) and error.seconds is not None:
            rest = max(rest, error.seconds)
        if isinstance(error, PageGone):
            rest = _GONE_REST
        with self._pool.connection() as connection:
            _FAILED.run(connection, url=feed.url, problem=str(error), rest_seconds=rest)

    def _leave_unread(self, asked: "dict[Future[Answer], Due]", late: dict[str, Due]) -> None:
        """Take out of those who are late who has answered, or failed, and was not looked at."""
        over = [future for future, feed in asked.items() if future.done() and feed.url in late]
        for future in over:
            if future.exception():
                self._settle(late.pop(asked[future].url), future)
        self._give_up([late.pop(asked[f].url) for f in over if asked[f].url in late])

    def _note_late(self, feeds: list[Due]) -> None:
        if self._hurry:
            self._give_up(feeds)
            return
        for feed in feeds:
            self._fail(feed, FetchFailed("This feed answered too slowly."))

    def _give_up(self, feeds: list[Due]) -> None:
        if not feeds:
            return
        log.info("feeds_not_waited_for", feeds=[feed.url for feed in feeds])
        with self._pool.connection() as connection:
            _GIVEN_UP.run(connection, urls=[feed.url for feed in feeds])


class _NotWaitedFor(Exception):
    """Somebody waits, so this feed was not waited for."""
