"""Feeds on a real web server: what each may do costs only itself."""

import gzip
import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import psycopg
import pytest

from agents.process import Process
from agents.tda import feeds
from agents.tda.items import item_of
from agents.tda.order import Order
from agents.tda.reader import shared_reader
from agents.tda.settings import DiscoverySettings
from agents.wcha.formats.feed import Entry, Feed
from agents.wcha.reading import Reader
from tests.agents.site import Site, Write
from tests.agents.tda.conftest import Discover, Follow, add_refresh
from tests.agents.tda.papers import Paper, Report, lay

Connection = psycopg.Connection[Any]
RSS = "application/rss+xml"
TEXT = (
    "The Calder Bridge was closed on Monday after engineers found cracks in two hangers."
    " About 38,000 vehicles cross the bridge each day."
)
GOOD = Paper("The Gazette", [Report("Calder Bridge closed", TEXT)])


def states(connection: Connection) -> dict[str, tuple[Any, ...]]:
    rows = connection.execute(
        "SELECT url, status, problem, failures,"
        " extract(epoch FROM next_check_at - now())::float8 FROM feeds"
    )
    return {row[0].rsplit("/", 1)[1]: row[1:] for row in rows}


def due_again(connection: Connection) -> None:
    connection.execute("UPDATE feeds SET next_check_at = now()")


def titles(answer: dict[str, Any]) -> set[str]:
    return {topic["title_suggestion"] for topic in answer["discovered_topics"]}


def test_what_has_not_changed_is_not_sent_again(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (url,) = lay(site, [GOOD])
    status, headers, data = site.pages["/feed0"]
    dated = headers | {"ETag": '"one"', "Last-Modified": "Sun, 22 Nov 2026 10:00:00 GMT"}
    site.pages["/feed0"] = (status, dated, data)
    follow([url])
    first = discover(limit=20)
    assert first["feeds"] == [{"url": url, "status": "fresh", "items": 1, "problem": None}]
    assert "Calder Bridge closed" in titles(first)
    discover()
    assert len(site.asked) == 1, "asked again within a quarter of an hour"
    due_again(connection)
    site.pages["/feed0"] = (304, {}, b"")
    again = discover()
    assert again["feeds"][0]["status"] == "unchanged"
    sent = site.asked[1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"one"', dated["Last-Modified"])
    # Validators may lie: they hold for a day, and for what this parser has read.
    for stale in ("read_at = now() - interval '25 hours'", "parser = 0, read_at = now()"):
        connection.execute(f"UPDATE feeds SET {stale}".encode())
        due_again(connection)
        discover()
        assert "If-None-Match" not in site.asked[-1].headers


def test_an_unchanged_feed_of_which_nothing_was_read_is_failing(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    site.pages["/feed0"] = (304, {}, b"")
    follow([f"{site.url}/feed0"])
    assert discover()["feeds"][0]["status"] == "failing"


def refuse(status: int, **headers: str) -> Callable[[Site, str], None]:
    def set_up(site: Site, path: str) -> None:
        site.pages[path] = (status, headers, b"")

    return set_up


def hold(body: bytes, media_type: str = RSS) -> Callable[[Site, str], None]:
    def set_up(site: Site, path: str) -> None:
        site.put(path, body, media_type)

    return set_up


def pour(head: bytes, piece: bytes, times: int) -> Callable[[Site, str], None]:
    def write(out: Write) -> None:
        try:
            out(head)
            for _ in range(times):
                out(piece)
        except OSError:
            return

    def set_up(site: Site, path: str) -> None:
        site.streams[path] = write

    return set_up


def gzip_bomb() -> bytes:
    return gzip.compress(b"<rss>" + b" " * 30_000_000)


def packed(site: Site, path: str) -> None:
    site.pages[path] = (200, {"Content-Type": RSS, "Content-Encoding": "gzip"}, gzip_bomb())


def circle(site: Site, path: str) -> None:
    site.redirect(path, path)


def private(site: Site, path: str) -> None:
    site.redirect(path, "http://10.1.2.3/feed")


BAD: dict[str, tuple[Callable[[Site, str], None], str]] = {
    "gone": (refuse(404), "no page"),
    "gone for good": (refuse(410), "any more"),
    "in trouble": (refuse(503), "in trouble"),
    "closed": (refuse(403), "not open"),
    "a web page": (hold(b"<!doctype html><html><body><p>Hello there</p></body></html>"), "no feed"),
    "empty": (hold(b""), "no feed"),
    "JSON": (hold(b'{"items": []}', "application/json"), "no feed"),
    "a PDF": (hold(b"%PDF-1.4\n1 0 obj\n"), "no feed"),
    "noise": (hold(bytes(range(256)) * 40), "no feed"),
    "a hundred megabytes": (
        pour(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>", b"x" * 1_000_000, 100),
        "larger|more than is read",
    ),
    "a bomb": (packed, "larger"),
    "headers without end": (pour(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 60_000 + b"\r\n", 300),
                            "more than|no browser|answer"),
    "a circle": (circle, "too often"),
    "a private address": (private, "public web"),
}  # fmt: skip


def test_bad_feeds_cost_only_themselves(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    """All of them at once, and a good one among them."""
    (good,) = lay(site, [GOOD])
    addresses = [good]
    for number, (set_up, _) in enumerate(BAD.values()):
        set_up(site, f"/bad{number}")
        addresses.append(f"{site.url}/bad{number}")
    addresses += ["http://127.0.0.1:1/down", "http://nowhere.invalid/feed", "ftp://x/feed"]
    follow(addresses, feed_seconds=3.0)
    answer = discover(limit=20)
    assert "Calder Bridge closed" in titles(answer)
    found = {one["url"]: one for one in answer["feeds"]}
    assert found[good]["status"] == "fresh"
    for number, (name, (_, problem)) in enumerate(BAD.items()):
        state = found[f"{site.url}/bad{number}"]
        assert state["status"] == "failing", name
        assert re.search(problem, state["problem"]), (name, state["problem"])
        assert state["problem"].endswith("."), name
    assert all(one["status"] == "failing" for one in answer["feeds"] if one["url"] != good)
    gone = states(connection)["bad1"]
    assert gone[3] > 6 * 86_400, "what is gone for good is left alone for days"


def test_a_feed_that_fails_is_asked_ever_more_rarely_and_its_entries_still_count(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (url,) = lay(site, [GOOD])
    follow([url])
    discover(limit=1, interests={"muted": ["architecture", "world"]})
    site.pages["/feed0"] = (500, {"Retry-After": "3000"}, b"")
    due_again(connection)
    answer = discover(limit=20)
    assert answer["feeds"][0] | {"problem": None} == {
        "url": url, "status": "failing", "items": 1, "problem": None,
    }  # fmt: skip
    assert "Calder Bridge closed" in titles(answer)
    assert states(connection)["feed0"][3] > 2900, "as long as it asked"
    site.pages["/feed0"] = (404, {}, b"")
    waits = []
    for _ in range(3):
        due_again(connection)
        discover()
        row = connection.execute("SELECT next_check_at - now() FROM feeds").fetchone()
        assert row is not None
        waits.append(row[0])
    assert waits[0] < waits[1] < waits[2]


class Silence:
    """A feed that says nothing until it is let go."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, write: Write) -> None:
        self.over.wait(20)


def test_a_silent_feed_is_given_up_where_somebody_waits_and_failing_where_nobody_does(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (good,) = lay(site, [GOOD])
    silence = Silence()
    # More of them than are asked at once: some have no turn at all.
    silent = [f"/silent{n}" for n in range(20)]
    site.streams |= dict.fromkeys(silent, silence)
    try:
        follow(
            [good, *(site.url + path for path in silent)], feed_hurry_seconds=1.5, feed_seconds=1.0
        )
        answer = discover(limit=20, hurry=True)
        assert "Calder Bridge closed" in titles(answer)
        assert not silence.over.is_set()
        found = states(connection)
        assert {found[path[1:]][:3] for path in silent} == {("new", None, 0)}
        due_again(connection)
        discover(limit=20)
        for path in silent:
            status, problem, failures, _ = states(connection)[path[1:]]
            assert (status, failures) == ("failing", 1)
            assert "slow" in problem or "not answer" in problem
    finally:
        silence.over.set()


class SlowReader:
    """A reader that takes its time over every feed."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.read = seconds, 0

    def read_feed(self, data: bytes, entries: int, seconds: float) -> Feed:
        self.read += 1
        threading.Event().wait(self.seconds)
        return shared_reader().read_feed(data, entries, seconds)


@pytest.mark.parametrize("hurry", [True, False])
def test_who_answers_in_time_is_not_blamed_for_how_long_reading_takes(
    site: Site, follow: Follow, process: Process, connection: Connection, hurry: bool
) -> None:
    """Twelve feeds that answer at once; to read them takes longer than all of them have."""
    follow(lay(site, [GOOD] * 12), feed_seconds=2.5, feed_hurry_seconds=1.0)
    slow = SlowReader(0.25)
    order = Order(add_refresh(connection), hurry=hurry)
    reader = cast(Callable[[], Reader], lambda: slow)
    feeds.refresh_feeds(process.pool, order, DiscoverySettings(), reader, lambda: None)
    found = list(states(connection).values())
    assert {failures for _, _, failures, _ in found} == {0}
    unread = [next_in for status, _, _, next_in in found if status == "new"]
    assert len(unread) == 12 - slow.read
    assert bool(unread) == hurry
    assert all(next_in <= 0 for next_in in unread), "asked again by the next discovery"


def test_a_feed_is_left_alone_as_long_as_it_asks(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    lay(site, [GOOD, GOOD])
    status, headers, data = site.pages["/feed0"]
    site.pages["/feed0"] = (status, headers | {"Cache-Control": "max-age=7300"}, data)
    site.pages["/feed1"] = (status, headers, data.replace(b"<item>", b"<ttl>180</ttl><item>", 1))
    follow([f"{site.url}/feed0", f"{site.url}/feed1"])
    discover()
    assert all(7200 < state[3] < 11_000 for state in states(connection).values())


def test_two_discoveries_do_not_ask_the_same_feed_at_once(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (url,) = lay(site, [GOOD])
    follow([url])
    connection.execute(
        "INSERT INTO feeds (url, next_check_at) VALUES (%s, now() + interval '20 seconds')", (url,)
    )
    discover()
    assert site.asked == []


def test_dates_that_cannot_be_are_none_and_old_news_is_kept_but_not_told(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    reports = [
        Report(f"The {name} bridge is closed", TEXT.replace("Calder", name), hours=hours)
        for name, hours in (("Ahead", -90), ("Dateless", None), ("Aged", 24 * 40), ("Zero", 9e5))
    ]
    follow(lay(site, [Paper("The Gazette", reports)]))
    answer = discover(limit=40)
    rows = connection.execute("SELECT title, published_at IS NULL FROM feed_items").fetchall()
    assert {title.split()[1]: missing for title, missing in rows} == {
        "Ahead": True, "Dateless": True, "Aged": False, "Zero": True,
    }  # fmt: skip
    assert "The Aged bridge is closed" not in titles(answer)


def test_the_newest_are_kept_and_one_entry_a_thousand_times_is_one(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    many = [Report(f"Report {n} of the bridge", f"{TEXT} {n}.", hours=n / 10) for n in range(90)]
    same = [Report("Calder Bridge closed", TEXT, link="", guid=f"g{n}") for n in range(1000)]
    renamed = [Report(f"Title {n}", TEXT, link="http://x.example/1", guid="g") for n in range(50)]
    follow(lay(site, [Paper("Many", many), Paper("Same", same), Paper("Renamed", renamed)]))
    discover(limit=5)
    rows = connection.execute(
        "SELECT feed_url, count(*) FROM feed_items GROUP BY feed_url ORDER BY feed_url"
    ).fetchall()
    assert [count for _, count in rows] == [60, 1, 1]
    oldest = connection.execute("SELECT max(now() - published_at) FROM feed_items").fetchone()
    assert oldest is not None
    assert oldest[0].total_seconds() < 6.2 * 3600


def test_what_no_row_can_hold_is_its_feeds_failure_alone(
    site: Site, follow: Follow, discover: Discover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that got longer than a row may be, and an address that is none."""
    long = Paper("Long", [Report("Long", TEXT)])
    good, other = lay(site, [GOOD, long])
    monkeypatch.setattr("agents.tda.feeds.item_of", lengthened)
    follow([good, other, "x", good])
    answer = discover(limit=20)
    found = {one["url"]: (one["status"], one["problem"]) for one in answer["feeds"]}
    assert found == {
        good: ("fresh", None), other: ("failing", "This feed holds what cannot be kept."),
    }  # fmt: skip
    assert "Calder Bridge closed" in titles(answer)


def lengthened(entry: Entry, now: datetime) -> dict[str, Any]:
    item = item_of(entry, now)
    return item | {"body": item["body"] * 1000} if entry.title == "Long" else item


def test_a_reader_that_dies_costs_one_feed_and_is_started_anew(
    site: Site, follow: Follow, discover: Discover, connection: Connection, reader: Any
) -> None:
    (url,) = lay(site, [GOOD])
    follow([url])
    os.kill(reader._pid, signal.SIGKILL)
    assert discover()["feeds"][0]["status"] == "failing"
    due_again(connection)
    assert discover()["feeds"][0]["status"] == "fresh"


def test_a_discovery_that_is_cancelled_blames_no_feed(
    site: Site, follow: Follow, process: Process, connection: Connection
) -> None:
    follow(lay(site, [GOOD, GOOD]))
    flow = add_refresh(connection)

    class Unwanted(Exception):
        pass

    def stop() -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        feeds.refresh_feeds(process.pool, Order(flow), DiscoverySettings(), shared_reader, stop)
    assert {state[2] for state in states(connection).values()} == {0}
