"""Sites are asked what programs may read, and are not asked too often, by all workers together."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import psycopg
import pytest

from agents.wcha.deadline import Deadline
from agents.wcha.errors import AddressRefused, FetchFailed, ProgramsUnwelcome, TryLater
from agents.wcha.fetch import Fetcher, Patience
from agents.wcha.manners import Manners, origin_of
from agents.wcha.robots import MOST_BYTES, Rules
from agents.wcha.settings import HarvestSettings
from tests.agents.site import Site
from tests.agents.wcha.test_hostile_servers import often

Connection = psycopg.Connection[Any]


@pytest.fixture
def fetcher(connection: Connection, limits: HarvestSettings) -> Fetcher:
    return Fetcher(limits, Patience(1, 3), Manners(connection, limits))


@pytest.fixture
def another(database_url: str, limits: HarvestSettings) -> Iterator[Fetcher]:
    """The fetcher of another worker."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield Fetcher(limits, Patience(1, 3), Manners(opened, limits))


def row(connection: Connection, site: Site) -> tuple[Any, ...]:
    found = connection.execute(
        "SELECT robots, robots_open, cardinality(visits), next_visit_at > now() + interval '30 s'"
        " FROM web_sites WHERE origin = %s",
        (site.url,),
    ).fetchone()
    assert found is not None
    return tuple(found)


# robots.txt


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /page", False),
        ("User-agent: *\nDisallow: /other", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: Aethercast\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: aethercast/2.0\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Aethercast\nAllow: /", True),
        ("User-agent: AethercastImages\nDisallow: /", True),
        ("User-agent: Googlebot\nUser-agent: Aethercast\nDisallow: /", False),
        ("User-agent: Googlebot\nDisallow: /", True),
        ("user-agent : *\r\ndisallow : /p*e$\r\n", False),
        ("User-agent: *\nDisallow: /\nAllow: /page", True),
        ("\ufeffUser-agent: *\nDisallow: /page", False),
        ("<!doctype html><html><body>No such file</body></html>", True),
        ("", True),
        ("\x00\xff\xfe nonsense", True),
    ],
)
def test_rules_are_kept_to(site: Site, fetcher: Fetcher, rules: str, allowed: bool) -> None:
    site.put("/robots.txt", rules, "text/plain")
    url = site.put("/page", "here")
    if allowed:
        assert fetcher.fetch(url).data == b"here"
    else:
        with pytest.raises(ProgramsUnwelcome, match="asks programs not to read this page"):
            fetcher.fetch(url)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/page"][: 1 + allowed]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_site_without_rules_is_open(site: Site, fetcher: Fetcher, status: int) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    assert fetcher.fetch(site.put("/page", "here")).data == b"here"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_in_trouble_is_closed_for_now(
    site: Site, fetcher: Fetcher, connection: Connection, status: int
) -> None:
    site.put("/robots.txt", "", status=status)
    with pytest.raises(FetchFailed, match="in trouble at the moment"):
        fetcher.fetch(site.put("/page", "here"))
    until = "SELECT robots_until < now() + interval '2 min' FROM web_sites WHERE origin = %s"
    assert connection.execute(until, (site.url,)).fetchone() == (True,)


def test_rules_may_lie_elsewhere_but_not_inside(site: Site, fetcher: Fetcher) -> None:
    site.put("/rules", "User-agent: *\nDisallow: /page", "text/plain")
    site.redirect("/robots.txt", "/rules")
    with pytest.raises(ProgramsUnwelcome):
        fetcher.fetch(site.put("/page", "here"))


def test_rules_that_lead_inside_are_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/robots.txt", "http://169.254.169.254/robots.txt")
    with pytest.raises(AddressRefused):
        fetcher.fetch(site.put("/page", "here"))


def test_rules_in_a_circle_are_none(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/robots.txt", "/robots.txt")
    assert fetcher.fetch(site.put("/page", "here")).data == b"here"
    assert len(site.asked) == 7


def test_rules_without_end_are_read_so_far(site: Site, fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /page\n"
    site.streams["/robots.txt"] = often(b"# more\n" * 9000, start=head)
    with pytest.raises(ProgramsUnwelcome):
        fetcher.fetch(site.put("/page", "here"))


def test_rules_that_drip_cost_seconds_not_minutes(
    site: Site, connection: Connection, limits: HarvestSettings
) -> None:
    quick = limits.model_copy(update={"robots_seconds": 0.3})
    site.streams["/robots.txt"] = often(b"#", 60, b"HTTP/1.1 200 OK\r\n\r\n", 0.05)
    with pytest.raises(FetchFailed):
        Fetcher(quick, Patience(1, 20), Manners(connection, quick)).fetch(site.put("/page", "here"))
    assert len(site.asked) == 1


def test_each_hop_is_asked_about(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", "text/plain")
    site.put("/private/page", "here")
    with pytest.raises(ProgramsUnwelcome):
        fetcher.fetch(site.redirect("/open", "/private/page"))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/open"]


def test_what_is_made_for_programs_has_no_rules(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    assert fetcher.fetch(site.put("/api", "here"), for_programs=True).data == b"here"


def test_rules_are_remembered_by_every_worker(
    site: Site, fetcher: Fetcher, another: Fetcher, connection: Connection
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /no", "text/plain")
    url = site.put("/page", "here")
    fetcher.fetch(url)
    fetcher.fetch(url)
    another.fetch(url)
    with pytest.raises(ProgramsUnwelcome):
        another.fetch(f"{site.url}/no")
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    connection.execute("UPDATE web_sites SET robots_until = now()")
    site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    with pytest.raises(ProgramsUnwelcome):
        Fetcher(another._settings, None, Manners(connection, another._settings)).fetch(url)


def test_a_file_for_thousands_of_programs_is_read_at_once() -> None:
    """Read naively, each rule is kept once for each name: half a gigabyte."""
    ends = ("\n", "\r", "\x0b", "\u2028")
    names = "".join(f"User-agent: robot{n}{ends[n % 4]}" for n in range(MOST_BYTES // 40))
    rules = "".join(f"Disallow: /{n}*a*b*c$\n" for n in range(MOST_BYTES // 40))
    assert Rules(names + rules).allow(httpx.URL("http://a.test/" + "abc" * 500))
    assert not Rules(names + "User-agent: *\nDisallow: /x").allow(httpx.URL("http://a.test/x"))


def test_who_asks_says_so(site: Site, connection: Connection, limits: HarvestSettings) -> None:
    named = limits.model_copy(update={"fetch_contact": "https://example.org/robots"})
    Fetcher(named, None, Manners(connection, named)).fetch(site.put("/page", "here"))
    assert {asked.headers["User-Agent"] for asked in site.asked} == {
        "Aethercast/0.1 (podcast harvester) +https://example.org/robots"
    }


# Politeness


def visits(
    manners: Manners, site: Site, seconds: float = 30.0, rules: Rules | None = None
) -> list[float]:
    """Book a visit, without leaving; the seconds to wait before it, instead of waiting."""
    waited: list[float] = []

    class Impatient(Deadline):
        def wait(self, seconds: float) -> bool:
            waited.append(seconds)
            return seconds < self.left

    with ExitStack() as stack:
        manners._visit(httpx.URL(site.url), rules or Rules(), stack, Impatient(seconds))
        stack.pop_all()
    return waited


def test_a_burst_is_free_and_then_there_is_a_pace(
    site: Site, connection: Connection, limits: HarvestSettings
) -> None:
    wide = limits.model_copy(update={"site_parallel": 99, "site_interval": 2.0})
    waits = [visits(Manners(connection, wide), site) for _ in range(8)]
    assert waits[:4] == [[], [], [], []]
    assert [round(wait[0]) for wait in waits[4:]] == [2, 4, 6, 8]


def test_a_crawl_delay_is_kept_up_to_a_bound(
    site: Site, connection: Connection, limits: HarvestSettings
) -> None:
    wide = limits.model_copy(update={"site_parallel": 99})
    slow = Rules("User-agent: *\nCrawl-delay: 3\nDisallow: /x")
    manners = Manners(connection, wide)
    assert [round(sum(visits(manners, site, rules=slow))) for _ in range(3)] == [0, 3, 6]
    endless = Rules("User-agent: *\nCrawl-delay: 99999\nDisallow: /x")
    visits(manners, site, rules=endless)
    assert round(sum(visits(manners, site, rules=endless))) == 14


def test_a_wait_too_long_is_not_begun(
    site: Site, connection: Connection, limits: HarvestSettings
) -> None:
    rare = limits.model_copy(update={"site_interval": 900.0, "site_burst": 1})
    url = site.put("/page", "here")
    fetcher = Fetcher(rare, Patience(1, 0.4), Manners(connection, rare))
    assert fetcher.fetch(url).data == b"here"
    with pytest.raises(TryLater, match="cannot take more visits"):
        fetcher.fetch(url)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/page"]


def test_no_site_has_more_visitors_than_it_may(
    site: Site, database_url: str, limits: HarvestSettings
) -> None:
    """Eight workers, each with its own connection, one site, two at a time."""
    quick = limits.model_copy(update={"site_interval": 0.0})
    inside, most, lock = 0, 0, threading.Lock()

    def page(write: Any) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.05)
        with lock:
            inside -= 1
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")

    site.streams["/page"] = page

    def work(_: int) -> bytes:
        with psycopg.connect(database_url, autocommit=True) as opened:
            fetcher = Fetcher(quick, Patience(1, 15), Manners(opened, quick))
            return fetcher.fetch(f"{site.url}/page").data

    with ThreadPoolExecutor(8) as workers:
        assert list(workers.map(work, range(8))) == [b"here"] * 8
    assert most == 2


def test_a_visit_ends_with_its_fetch_however_that_ends(
    site: Site, fetcher: Fetcher, connection: Connection
) -> None:
    fetcher.fetch(site.put("/page", "here"))
    with pytest.raises(FetchFailed):
        fetcher.fetch(site.put("/bad", "", status=500))
    assert row(connection, site)[2] == 0


def test_the_place_of_a_dead_worker_comes_free_by_itself(
    site: Site, connection: Connection, limits: HarvestSettings
) -> None:
    narrow = limits.model_copy(update={"site_parallel": 1})
    manners = Manners(connection, narrow)
    visits(manners, site)
    with pytest.raises(TryLater):
        visits(manners, site, 0.05)
    connection.execute("UPDATE web_sites SET visits = ARRAY[now()] WHERE origin = %s", (site.url,))
    assert visits(manners, site) == []


def test_a_site_that_asks_for_peace_has_it_from_every_worker(
    site: Site, fetcher: Fetcher, another: Fetcher, connection: Connection
) -> None:
    site.pages["/page"] = (429, {"Retry-After": "60"}, b"")
    with pytest.raises(TryLater):
        fetcher.fetch(f"{site.url}/page")
    assert row(connection, site)[3]
    site.put("/page", "here")
    asked = len(site.asked)
    with pytest.raises(TryLater, match="cannot take more visits"):
        another.fetch(f"{site.url}/page")
    assert len(site.asked) == asked


def test_old_sites_are_forgotten(site: Site, fetcher: Fetcher, connection: Connection) -> None:
    connection.execute(
        "INSERT INTO web_sites (origin, seen_at, next_visit_at) VALUES"
        " ('http://old.test', now() - interval '3 days', now() - interval '3 days')"
    )
    fetcher.fetch(site.put("/page", "here"))
    found = connection.execute("SELECT count(*) FROM web_sites WHERE origin = 'http://old.test'")
    assert found.fetchone() == (0,)


def test_a_port_is_a_site_of_its_own() -> None:
    assert origin_of(httpx.URL("HTTP://Example.ORG:80/x")) == "http://example.org"
    assert origin_of(httpx.URL("http://example.org:8080/x")) == "http://example.org:8080"
    assert origin_of(httpx.URL("https://bücher.example/")) == "https://xn--bcher-kva.example"
