"""A feed's bytes become text: nothing that could be a tag, a command or a trap comes through."""

import contextlib
import os
import socket
import threading
import unicodedata
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tda.items import believable, canonical_url, item_of
from agents.wcha.errors import NoFeed, UnreadableSource
from agents.wcha.formats.feed import Entry, read_feed, to_blocks, to_line
from agents.wcha.reading import Reader, spawn
from agents.wcha.settings import HarvestSettings
from tests.agents.tda.papers import Paper, Report

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STORY = "The Calder Bridge was closed on Monday after engineers found cracks in two hangers."


def rss(*reports: Report, name: str = "The Gazette") -> bytes:
    return Paper(name, list(reports)).rss("https://gazette.example").encode()


def only(report: Report) -> Entry:
    (entry,) = read_feed(rss(report), 60).entries
    return entry


# What comes out


MARKUP = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["<script>", "</script>", "<b>", "<img src=x onerror=alert(1)>", "&lt;script&gt;",
             "&amp;", "&amp;lt;i&amp;gt;", "<!--", "-->", "<![CDATA[", "]]>", "\u202e", "\u200b",
             "\x00", "&#0;", "<svg/onload=1>", "<<p>", "&#x202e;", "<style>a{}</style>",
             "\ufeff", "&nbsp;"]
        ),
    ),
    max_size=8,
).map("".join)  # fmt: skip


def is_clean(text: str) -> bool:
    signs = {unicodedata.category(sign) for sign in text.replace("\n\n", "")}
    tagged = any(
        sign == "<" and ((after.isascii() and after.isalpha()) or after in "/!?")
        for sign, after in pairwise(text)
    )
    return not tagged and not signs & {"Cc", "Cf", "Cs", "Co", "Cn"}


@given(MARKUP)
@settings(max_examples=80, deadline=None)
def test_no_text_holds_markup_or_invisible_signs(written: str) -> None:
    assert is_clean(to_line(written))
    assert all(is_clean(block.text) for block in to_blocks(written))
    assert to_line(to_line(written)) == to_line(written)


@given(MARKUP, MARKUP)
@settings(max_examples=25, deadline=None)
def test_no_entry_does(title: str, text: str) -> None:
    legal = {c: None for c in range(0x20) if c not in (9, 10, 13)}
    report = Report(title.translate(legal), text.translate(legal), content=text.translate(legal))
    try:
        entries = read_feed(rss(report), 5).entries
    except NoFeed:
        return
    for entry in entries:
        assert is_clean(entry.title)
        assert is_clean(entry.text)
        assert entry.title


@pytest.mark.parametrize("times", range(7))
def test_markup_stays_away_however_often_it_was_packed(times: int) -> None:
    written = "Bridge <script>alert(1)</script> closed"
    for _ in range(times):
        written = escape(written)
    assert is_clean(to_line(written))
    assert all(is_clean(block.text) for block in to_blocks(f"<p>{written} on Monday</p>"))


def test_entities_and_mark_up_are_read_once() -> None:
    entry = only(
        Report(
            "Fish &amp; <b>chips</b> at 3 < 4", f"<p>{STORY}</p><p>It&#8217;s shut for weeks.</p>"
        )
    )
    assert entry.title == "Fish & chips at 3 < 4"
    assert entry.text == f"{STORY}\n\nIt’s shut for weeks."


def test_the_fullest_text_counts_and_headings_are_no_paragraphs() -> None:
    body = "".join(f"<p>{STORY} Number {n} says so in full.</p>" for n in range(12))
    entry = only(Report("T", "Short.", content=f"<p>{STORY}</p><h2>After that</h2>{body}"))
    assert entry.complete
    assert [one["text"] for one in entry.outline] == ["After that"]
    assert entry.text[entry.outline[0]["start"] :].startswith(f"{STORY} Number 0")
    assert "After that" not in entry.text
    cut = only(Report("T", "Short.", content=f"{body}<p>And so on […]</p>"))
    assert not cut.complete


def test_what_every_entry_says_is_said_by_none() -> None:
    thanks = "Thank you for reading our newspaper today."
    reports = [
        Report(f"Bridge {n}", f"<p>{STORY} On day {n}. {thanks}</p><p>The post Bridge {n} appeared"
               " first on The Gazette.</p>")
        for n in range(4)
    ]  # fmt: skip
    for entry in read_feed(rss(*reports), 60).entries:
        assert thanks not in entry.text
        assert "appeared first" not in entry.text
    copies = [Report("Bridge", STORY, link=f"https://x.example/{n}") for n in range(5)]
    assert all(entry.text == STORY for entry in read_feed(rss(*copies), 60).entries)


def test_an_entry_without_a_title_takes_its_first_words_and_one_with_nothing_is_left_out() -> None:
    feed = read_feed(rss(Report("", STORY), Report("", "", guid="x"), Report("Bare", "")), 60)
    assert [entry.title for entry in feed.entries] == [
        "The Calder Bridge was closed on Monday after engineers found cracks in", "Bare",
    ]  # fmt: skip


def test_atom_is_read_as_well() -> None:
    atom = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry>'
        '<id>tag:1</id><title type="html">&lt;i&gt;Bridge&lt;/i&gt;</title>'
        "<updated>2026-11-22T09:00:00Z</updated>"
        '<author><name>Ada</name></author><link href="https://a.example/1"/><content'
        f' type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content></entry></feed>'
    )
    (entry,) = read_feed(atom.encode(), 60).entries
    assert (entry.title, entry.text, entry.author) == ("Bridge", STORY, "Ada")
    assert entry.published_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_entries_before_a_break_are_read() -> None:
    whole = rss(*(Report(f"Bridge {n}", f"{STORY} {n}.") for n in range(20)))
    feed = read_feed(whole[: len(whole) // 2], 60)
    assert 8 <= len(feed.entries) <= 11
    assert feed.broken


# Apart


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in pairwise("abcdefghi"))
    + "]><rss version='2.0'><channel><item><title>&i;</title></item></channel></rss>"
)
FILES = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<rss version="2.0"><channel><item><title>Users: &f;</title></item></channel></rss>'
)
DEEP = "<rss version='2.0'><channel>" + "<a>" * 200_000


@pytest.mark.parametrize("hostile", [LAUGHS, FILES, DEEP, "<rss " + "a='1' " * 300_000])
def test_hostile_feeds_cost_themselves(reader: Reader, hostile: str) -> None:
    found: list[Entry] = []
    with contextlib.suppress(UnreadableSource):
        found = reader.read_feed(hostile.encode(), 60, 0.3).entries
    assert all(len(entry.title) <= 500 and "root:" not in entry.title for entry in found)
    assert reader.read_feed(rss(Report("Bridge", STORY)), 60, 2.0).entries[0].title == "Bridge"


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "koi8-r", "shift_jis"])
def test_legacy_encodings_are_read_apart_as_well(reader: Reader, encoding: str) -> None:
    word = {"koi8-r": "Мост", "shift_jis": "橋"}.get(encoding, "Brücke")
    text = rss(Report(f"{word} closed", STORY)).decode().replace("utf-8", encoding)
    feed = reader.read_feed(text.encode(encoding), 60, 2.0)
    assert feed.entries[0].title == f"{word} closed"


def test_a_spawned_reader_knows_no_secret_and_holds_nothing_of_its_starters(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AETHERCAST_SERVICE_TOKEN", "top-secret")
    settings = HarvestSettings(feeds=["https://feeds.example/?key=top-secret"])
    with socket.socket() as ours, Reader(settings, launch=spawn) as fresh:
        ours.bind(("127.0.0.1", 0))
        os.set_inheritable(ours.fileno(), True)
        threads = [threading.Thread(target=fresh.read_feed, args=(rss(), 1, 2.0)) for _ in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        own = Path(f"/proc/{fresh._pid}")
        for told in ("environ", "cmdline"):
            assert b"top-secret" not in (own / told).read_bytes()
        held = {str(one.readlink()) for one in (own / "fd").iterdir()}
        assert len([one for one in held if one.startswith("socket:")]) == 1
        assert str(Path(f"/proc/self/fd/{ours.fileno()}").readlink()) not in held


def test_feeds_are_read_though_a_directory_was_changed_since(reader: Reader) -> None:
    """A file that somebody writes beside the modules makes whoever looks for one list them."""
    feed = rss(Report("Calder Bridge closed", STORY))
    before = reader.read_feed(feed, 60, 10.0)
    os.utime(Path(__file__).parents[3])
    assert reader.read_feed(feed, 60, 10.0) == before


def test_what_is_read_apart_is_what_is_read_here(reader: Reader) -> None:
    data = rss(Report("Bridge", STORY, tags=("News", "Roads")), Report("Two", STORY, hours=None))
    assert reader.read_feed(data, 60, 2.0) == read_feed(data, 60)


# Addresses, dates, keys


@pytest.mark.parametrize(
    ("given_link", "expected"),
    [
        ("HTTPS://Example.ORG:443/a/?utm_source=x&id=7&fbclid=y#top", "https://example.org/a?id=7"),
        ("http://example.org/", "http://example.org"),
        ("http://example.org:8080/a b", "http://example.org:8080/a%20b"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("javascript:alert(1)", None), ("ftp://example.org/x", None), ("/relative", None),
        ("http://user:pw@example.org/", None), ("http://[::1", None), (None, None), ("", None),
        ("http://exa mple.org/", None), ("https://example.org:99999999/", None),
    ],
)  # fmt: skip
def test_one_page_has_one_address(given_link: str | None, expected: str | None) -> None:
    assert canonical_url(given_link) == expected


def test_an_address_with_half_a_sign_is_none() -> None:
    assert canonical_url("https://example.org/\ud800") is None
    assert item_of(Entry("\ud800", None, "T", "x"), NOW)["url"] is None


@given(st.text(max_size=60).map(lambda rest: f"https://a.example/{rest}"))
def test_an_address_spelt_again_is_the_same(link: str) -> None:
    once = canonical_url(link)
    assert once is None or canonical_url(once) == once


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        (datetime(2026, 11, 22, 12, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 13, 1, tzinfo=UTC), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 11), True),  # noqa: DTZ001
        (None, False),
    ],
    ids=["soon", "ahead", "zero", "naive", "none"],
)
def test_dates_that_can_be(moment: datetime | None, kept: bool) -> None:
    assert (believable(moment, NOW) is not None) is kept


def test_an_entry_is_known_by_its_id_then_its_page_then_its_text() -> None:
    def key(entry: Entry) -> str:
        return str(item_of(entry, NOW)["item_key"])

    one = Entry("id", "https://a.example/1", "T", "x")
    assert key(one) == key(Entry("id", "https://a.example/2", "U", "y"))
    assert key(Entry(None, "https://a.example/1?utm_source=q", "T", "x")) == key(
        Entry(None, "https://a.example/1/", "U", "y")
    )
    assert key(Entry(None, None, "T", "x")) != key(Entry(None, None, "T", "y"))
