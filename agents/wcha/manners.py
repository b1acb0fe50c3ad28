"""Manners towards web sites: reading what robots.txt allows, and not too much at a time."""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import structlog

from agents.wcha.answers import name_of
from agents.wcha.deadline import Deadline
from agents.wcha.errors import FetchFailed, ProgramsUnwelcome, TryLater
from agents.wcha.robots import Rules, ask_robots
from agents.wcha.settings import HarvestSettings
from sql import Command, Statement

if TYPE_CHECKING:
    from agents.wcha.fetch import Fetcher

_log = structlog.get_logger(__name__)
_LOOK_AGAIN = 0.1
_CLOSED_SECONDS = 60.0
"""How long a server in trouble is believed to be so."""
_GRACE = 5.0


@dataclass(frozen=True)
class KeptRobots:
    """What a site said not long ago."""

    robots: str | None
    robots_open: bool | None


@dataclass(frozen=True)
class Visit:
    """A place among a site's visitors, and the seconds to wait before the visit begins."""

    until: datetime
    wait: float


_READ = Statement("web_sites/read_robots", KeptRobots)
_KEEP = Command("web_sites/keep_robots")
_FORGET = Command("web_sites/forget")
_BEGIN = Statement("web_sites/begin_visit", Visit)
_END = Command("web_sites/end_visit")
_HOLD_BACK = Command("web_sites/hold_back")


class Manners:
    """Keeps to the manners of each site, together with every other worker.

    They are kept in PostgreSQL by single statements, so ``connection`` has to autocommit: inside
    a transaction a visit would hold its site's row. Safe to share between threads.
    """

    def __init__(self, connection: psycopg.Connection[Any], settings: HarvestSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._rules: dict[str, Rules] = {}
        self._asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def guest(
        self, fetcher: "Fetcher", visits: ExitStack, deadline: Deadline
    ) -> Callable[[httpx.URL], None]:
        """What one fetch does before each hop. A site met twice is visited once.

        Raises (when called):
            ProgramsUnwelcome: the page is not for programs.
            TryLater: the site cannot be visited in the time there is.
        """
        met: set[str] = set()

        def call_on(url: httpx.URL) -> None:
            origin = origin_of(url)
            rules = self._rules_of(origin, fetcher, deadline)
            if not rules.allow(url):
                raise ProgramsUnwelcome if rules.text else _closed(url)
            if origin not in met:
                met.add(origin)
                self._visit(url, rules, visits, deadline)

        return call_on

    def hold_back(self, url: httpx.URL, seconds: float) -> None:
        """A site asked to be left alone for so long."""
        _, burst = self._pace(self._rules.get(origin_of(url), Rules()))
        _HOLD_BACK.run(self._connection, origin=origin_of(url), seconds=seconds + burst)

    def _rules_of(self, origin: str, fetcher: "Fetcher", deadline: Deadline) -> Rules:
        with self._asking[origin]:
            if origin not in self._rules:
                kept = _READ.one(self._connection, origin=origin)
                self._rules[origin] = (
                    Rules(kept.robots, kept.robots_open is not False)
                    if kept
                    else self._ask(origin, fetcher, deadline)
                )
            return self._rules[origin]

    def _ask(self, origin: str, fetcher: "Fetcher", deadline: Deadline) -> Rules:
        rules = ask_robots(fetcher, origin, deadline.within(self._settings.robots_seconds))
        seconds = self._settings.robots_hours * 3600 if rules.is_open else _CLOSED_SECONDS
        _FORGET.run(self._connection)
        _KEEP.run(
            self._connection, origin=origin, robots=rules.text, robots_open=rules.is_open,
            seconds=seconds,
        )  # fmt: skip
        return rules

    def _pace(self, rules: Rules) -> tuple[float, float]:
        """Seconds between two visits, and how many seconds of them may be drawn in advance."""
        delay = min(rules.crawl_delay, self._settings.site_longest_delay)
        if delay:
            return delay, 0.0
        return self._settings.site_interval, self._settings.site_interval * (
            self._settings.site_burst - 1
        )

    def _visit(self, url: httpx.URL, rules: Rules, visits: ExitStack, deadline: Deadline) -> None:
        interval, burst = self._pace(rules)
        while True:
            visit = _BEGIN.one(
                self._connection, origin=origin_of(url), interval=interval, burst=burst,
                parallel=self._settings.site_parallel, patience=deadline.left,
                longest=deadline.left + _GRACE,
            )  # fmt: skip
            if visit is not None:
                break
            if not deadline.wait(_LOOK_AGAIN):
                raise _busy(url)
        visits.callback(self._leave, origin_of(url), visit)
        if visit.wait > 0 and not deadline.wait(visit.wait):
            raise _busy(url)

    def _leave(self, origin: str, visit: Visit) -> None:
        try:
            _END.run(self._connection, origin=origin, until=visit.until)
        except psycopg.Error as error:
            # The place ends by itself, and the page is here.
            _log.info("visit_not_ended", origin=origin, reason=str(error))


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port: what robots.txt speaks for."""
    usual = {"http": 80, "https": 443}.get(url.scheme)
    host = url.netloc.decode("ascii")
    return f"{url.scheme}://{host.removesuffix(f':{usual}') if url.port == usual else host}"


def _busy(url: httpx.URL) -> FetchFailed:
    return TryLater(f"The site {name_of(url)} cannot take more visits at the moment.")


def _closed(url: httpx.URL) -> FetchFailed:
    return TryLater(
        f"The web server of {name_of(url)} is in trouble at the moment: "
        "it does not say what programs may read."
    )
