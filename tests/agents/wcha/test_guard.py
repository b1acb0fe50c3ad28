"""No address leads to a connection that must not be: judged by what is dialled, not by errors."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wcha.addresses import Reach, is_public
from agents.wcha.errors import AddressRefused, FetchFailed, FetchRefused, UnreadableSource
from agents.wcha.fetch import Fetcher, Patience
from agents.wcha.settings import HarvestSettings
from tests.agents.site import Site, open_site
from tests.agents.wcha import vectors
from tests.agents.wcha.dialled import dialled
from tests.agents.wcha.nameserver import Zone, open_zone

OUTSIDE = "127.0.0.2"
"""Stands for the public web in these tests: the only address that may be dialled."""
REACH = Reach((ip_network(f"{OUTSIDE}/32"),))
CODES = (301, 302, 303, 307, 308)
LITERALS = vectors.literals()


@pytest.fixture(scope="module")
def zone() -> Iterator[Zone]:
    with open_zone() as opened:
        for name, addresses in vectors.NAMES.items():
            opened.put(name, addresses)
        opened.put("public.test", ["93.184.216.34"])
        yield opened


@pytest.fixture(scope="module")
def outside() -> Iterator[Site]:
    with open_site(OUTSIDE) as site:
        yield site


def refusal(url: str, reach: Reach | None = None) -> UnreadableSource:
    """Why an address was not fetched; a sentence for a listener."""
    fetcher = Fetcher(HarvestSettings(), Patience(1.0, 3.0), reach=reach)
    with pytest.raises(UnreadableSource) as caught:
        fetcher.fetch(url)
    said = str(caught.value)
    assert re.match(r"^[^\s].{10,}\.$", said), said
    assert not re.search(r"Errno|Error|Exception|Traceback|httpcore| at 0x", said), said
    return caught.value


def test_there_are_enough_vectors() -> None:
    counted = {group: len(set(urls)) for group, urls in LITERALS.items()}
    counted["redirects"] = len(vectors.REDIRECTS) * len(CODES)
    print(counted, sum(counted.values()))
    assert sum(counted.values()) >= 200
    assert min(counted.values()) >= 10


@pytest.mark.parametrize("group", LITERALS)
def test_nothing_is_dialled(group: str, zone: Zone) -> None:
    with dialled() as heard:
        for url in LITERALS[group]:
            refusal(url)
            assert heard == [], url


def test_the_ear_hears(outside: Site) -> None:
    """Else the tests around this one would prove nothing."""
    outside.put("/page", "here")
    with dialled() as heard:
        Fetcher(HarvestSettings(), reach=REACH).fetch(f"{outside.url}/page")
    assert heard == [(OUTSIDE, outside.port)]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("target", vectors.REDIRECTS)
def test_no_redirect_leads_inside(outside: Site, zone: Zone, target: str, code: int) -> None:
    outside.pages["/away"] = (code, {"Location": target}, b"")
    with dialled() as heard:
        # What is no address of its own is a page of the same site, and not there.
        elsewhere = target not in ("\\\\127.0.0.1\\", "http:///x")
        assert isinstance(
            refusal(f"{outside.url}/away", REACH), AddressRefused if elsewhere else FetchRefused
        )
    assert set(heard) == {(OUTSIDE, outside.port)}


def test_a_chain_of_redirects_is_judged_at_each_link(outside: Site) -> None:
    outside.redirect("/1", "/2")
    outside.redirect("/2", f"//{OUTSIDE}:{outside.port}/3")
    outside.redirect("/3", "http://127.0.0.1:80/")
    with dialled() as heard:
        assert isinstance(refusal(f"{outside.url}/1", REACH), AddressRefused)
    assert set(heard) == {(OUTSIDE, outside.port)}


def test_redirects_in_a_circle_end(outside: Site) -> None:
    outside.redirect("/a", "/b")
    outside.redirect("/b", "/a")
    assert isinstance(refusal(f"{outside.url}/a", REACH), FetchRefused)


def test_only_a_header_redirects(outside: Site) -> None:
    body = (
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1/'><script>location='/x'</script>"
    )
    outside.pages["/meta"] = (200, {"Refresh": "0;url=http://127.0.0.1/"}, body.encode())
    with dialled() as heard:
        found = Fetcher(HarvestSettings(), reach=REACH).fetch(f"{outside.url}/meta")
    assert found.data == body.encode()
    assert heard == [(OUTSIDE, outside.port)]


def test_a_proxy_of_the_environment_is_not_used(
    outside: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    outside.put("/page", "here")
    with dialled() as heard:
        Fetcher(HarvestSettings(), reach=REACH).fetch(f"{outside.url}/page")
        refusal("http://10.0.0.1/")
    assert heard == [(OUTSIDE, outside.port)]


# Names that change their mind, asked of a name server


def test_a_name_is_asked_once_and_what_was_judged_is_dialled(outside: Site, zone: Zone) -> None:
    name = zone.put("rebind.test", [OUTSIDE], ["127.0.0.1"])
    outside.put("/page", "here")
    url = f"http://{name}:{outside.port}/page"
    with dialled() as heard:
        assert Fetcher(HarvestSettings(), reach=REACH).fetch(url).data == b"here"
        assert zone.asked[name] == 1
        assert isinstance(refusal(url, REACH), AddressRefused)
    assert heard == [(OUTSIDE, outside.port)]


@pytest.mark.parametrize("turn", ["127.0.0.1", "169.254.169.254", "::1", "10.0.0.7", "0.0.0.0"])
def test_a_name_that_turns_inside_between_two_hops(outside: Site, zone: Zone, turn: str) -> None:
    """The server closes after its redirect to itself, so that the name has to be asked again."""
    name = zone.put(f"hop-{turn.replace(':', 'x')}.test", [OUTSIDE], [turn])
    outside.pages["/hop"] = (302, {"Location": "/inside", "Connection": "close"}, b"")
    outside.put("/inside", "never")
    with dialled() as heard:
        assert isinstance(refusal(f"http://{name}:{outside.port}/hop", REACH), AddressRefused)
    assert heard == [(OUTSIDE, outside.port)]
    assert zone.asked[name] >= 1


def test_a_name_that_turns_a_hundred_times_is_never_dialled_inside(
    outside: Site, zone: Zone
) -> None:
    name = zone.put("mad.test", [OUTSIDE], ["127.0.0.1"], [OUTSIDE, "127.0.0.1"], ["::1"])
    outside.put("/page", "here")
    answered = 0
    with dialled() as heard:
        for _ in range(100):
            try:
                Fetcher(HarvestSettings(), reach=REACH).fetch(f"http://{name}:{outside.port}/page")
                answered += 1
            except AddressRefused:
                continue
    assert set(heard) == {(OUTSIDE, outside.port)}
    assert answered == 25


@pytest.mark.parametrize("kind", ["failing", "silent", "unknown", "circle"])
def test_a_name_server_without_an_answer_costs_a_sentence(zone: Zone, kind: str) -> None:
    name = f"{kind}.test"
    if kind == "circle":
        zone.put(name, [f"{name}."])
    elif kind != "unknown":
        zone.put(name, ["127.0.0.1"])
        getattr(zone, kind).add(name)
    with dialled() as heard:
        assert isinstance(refusal(f"http://{name}/"), FetchFailed)
    assert heard == []


# The rule behind it


@given(st.ip_addresses(v=6))
def test_whatever_carries_an_inner_address_is_inside(address: IPv6Address) -> None:
    inner = ip_address("10.0.0.1").packed
    assert not is_public(IPv6Address(b"\x00" * 10 + b"\xff\xff" + inner))
    assert not is_public(IPv6Address(address.packed[:8] + b"\x00\x00\x5e\xfe" + inner))
    mapped = address.ipv4_mapped or address in ip_network("64:ff9b::/96")
    if is_public(address) and not mapped:
        assert address in ip_network("2000::/3")


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "1.1.1.1", "192.31.196.1", "2606:4700::6810:84e5",
     "2a00:1450:4001::1", "2620:4f:8000::1", "64:ff9b::808:808", "::ffff:8.8.8.8", "168.63.129.17"],
)  # fmt: skip
def test_the_public_web_stays_open(address: str) -> None:
    assert is_public(ip_address(address))
