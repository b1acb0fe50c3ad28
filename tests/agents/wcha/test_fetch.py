"""Fetching: only the public web, within limits, whatever a server does."""

import gzip
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import httpcore
import pytest

from agents.wcha.addresses import is_public
from agents.wcha.deadline import Deadline
from agents.wcha.errors import (
    AddressRefused,
    DamagedSource,
    FetchFailed,
    FetchRefused,
    TooLarge,
)
from agents.wcha.fetch import Fetcher, Patience, tls_context
from agents.wcha.guard import GuardedBackend
from agents.wcha.settings import HarvestSettings
from tests.agents.site import Site, Write


@pytest.fixture
def fetcher(limits: HarvestSettings) -> Fetcher:
    return Fetcher(limits, Patience(1.0, 2.0))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::", "2001:0:0:0:0:0:80ff:fffe",
        "2001:db8::1", "64:ff9b:1::1", "fec0::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_public_web(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::6810:84e5"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.1.2.3/",
        "http://0/", "http://user:pass@example.org/", "http://example.org:22/",
        "file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "http:///x", "x",
        "javascript:alert(1)", "http://", "http://[::1%25lo]/", "http://exa mple.org/", "",
    ],
)  # fmt: skip
def test_addresses_that_are_never_dialled(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[object] = []
    monkeypatch.setattr(
        httpcore.SyncBackend, "connect_tcp", lambda _self, *call, **_: dialled.append(call)
    )
    with pytest.raises((AddressRefused, FetchFailed)):
        Fetcher(HarvestSettings(), Patience(1.0, 2.0)).fetch(url)
    assert dialled == []


def test_a_name_that_changes_its_mind_is_judged_where_it_is_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the address that was judged is the address that is dialled."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    dialled: list[str] = []

    def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 80))]

    def dial(_: object, host: str, *__: object) -> None:
        dialled.append(host)
        raise httpcore.ConnectError("stop here")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", dial)
    backend = GuardedBackend(Deadline(5))
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("rebind.example", 80, 1.0)
    with pytest.raises(AddressRefused):
        backend.connect_tcp("rebind.example", 80, 1.0)
    assert dialled == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_one_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [(socket.AF_INET, 1, 6, "", (a, 80)) for a in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(AddressRefused):
        GuardedBackend(Deadline(5)).connect_tcp("both.example", 80, 1.0)


def test_a_page_is_fetched_through_redirects(site: Site, fetcher: Fetcher) -> None:
    site.put("/end", "<p>here</p>")
    site.redirect("/two", "end")
    found = fetcher.fetch(site.redirect("/one", "/two"))
    assert (found.url, found.media_type, found.data) == (
        f"{site.url}/end",
        "text/html",
        b"<p>here</p>",
    )
    assert site.asked[0].headers["User-Agent"].startswith("Aethercast")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/",
        "http://10.0.0.7/",
        "file:///etc/passwd",
        "//192.168.0.1/",
        "http://a:b@c/",
    ],
)
def test_a_redirect_is_judged_like_a_first_address(
    site: Site, fetcher: Fetcher, target: str
) -> None:
    with pytest.raises(AddressRefused):
        fetcher.fetch(site.redirect("/away", target))


def test_redirects_come_to_an_end(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchRefused, match="too often"):
        fetcher.fetch(site.redirect("/loop", "/loop"))
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (404, FetchRefused, "no page"),
        (403, FetchRefused, "not open"),
        (500, FetchFailed, "trouble"),
        (429, FetchFailed, "trouble"),
    ],
)
def test_refusals_are_told_apart(
    site: Site, fetcher: Fetcher, status: int, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        fetcher.fetch(site.put("/x", "no", status=status))


def test_an_endless_page_is_cut_off(site: Site, limits: HarvestSettings) -> None:
    def pour(write: Write) -> None:
        write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(400):
            write(b"x" * 65_536)

    site.streams["/endless"] = pour
    small = limits.model_copy(update={"source_max_bytes": 1_000_000})
    with pytest.raises(TooLarge):
        Fetcher(small, Patience(1.0, 5.0)).fetch(f"{site.url}/endless")


def drip(start: bytes, piece: bytes) -> Callable[[Write], None]:
    def write_slowly(write: Write) -> None:
        write(start)
        for _ in range(200):
            write(piece)
            time.sleep(0.05)

    return write_slowly


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: header\r\n"),
    ],
    ids=["body", "headers"],
)
def test_a_page_that_drips_ends_at_the_deadline(
    site: Site, limits: HarvestSettings, start: bytes, piece: bytes
) -> None:
    site.streams["/slow"] = drip(start, piece)
    with pytest.raises(FetchFailed, match="slowly"):
        Fetcher(limits, Patience(0.5, 0.6)).fetch(f"{site.url}/slow")


def test_a_packed_bomb_is_unpacked_only_so_far(site: Site, limits: HarvestSettings) -> None:
    packed = gzip.compress(bytes(30_000_000))
    site.pages["/bomb"] = (200, {"Content-Encoding": "gzip"}, packed)
    small = limits.model_copy(update={"source_max_bytes": 2_000_000})
    tracemalloc.start()
    with pytest.raises(TooLarge):
        Fetcher(small).fetch(f"{site.url}/bomb")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 12_000_000
    site.pages["/fine"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"<p>fine</p>"))
    assert Fetcher(small).fetch(f"{site.url}/fine").data == b"<p>fine</p>"


def test_a_page_that_arrives_damaged_or_leads_nowhere_costs_only_itself(
    site: Site, limits: HarvestSettings
) -> None:
    site.pages["/torn"] = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")
    site.pages["/off"] = (302, {"Location": "http://a:b/"}, b"")
    for path, error in (("/torn", DamagedSource), ("/off", AddressRefused)):
        with pytest.raises(error):
            Fetcher(limits).fetch(f"{site.url}{path}")


def test_nobody_there_fails_and_may_be_tried_again(limits: HarvestSettings) -> None:
    with pytest.raises(FetchFailed) as caught:
        Fetcher(limits, Patience(0.5, 1.0)).fetch("http://127.0.0.1:9/")
    assert caught.value.retryable


@pytest.fixture
def plain_port() -> Iterator[int]:
    """A server that does not speak TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_certificates_are_checked() -> None:
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
