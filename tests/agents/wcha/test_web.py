"""Wikipedia and feeds, spoken to in their own formats on a server of the test."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agents.wcha.errors import NothingUsable
from agents.wcha.reading import Reader
from agents.wcha.search import search
from agents.wcha.settings import HarvestSettings
from agents.wcha.web import fits, search_web
from tests.agents.site import Site

Connection = psycopg.Connection[Any]
PARAGRAPH = (
    "Sharks are a group of fishes with a skeleton of cartilage. They appeared more than four "
    "hundred million years ago, long before the first trees. "
)
PAGE = (
    "<!doctype html><html><head><title>Shark</title></head><body>"
    f"<section><p>{PARAGRAPH}</p></section><section><h2>Senses</h2><p>{PARAGRAPH * 2}</p></section>"
    "<section><h2>References</h2><p>A list of books that nobody would read aloud.</p></section>"
    "</body></html>"
)


@pytest.fixture
def online(limits: HarvestSettings) -> HarvestSettings:
    return limits.model_copy(update={"search_web": True})


def lay_wikipedia(site: Site) -> None:
    found = {
        "id": 1, "key": "Shark", "title": "Shark", "description": "group of fishes",
        "excerpt": "<span class='searchmatch'>Sharks</span> are fishes", "matched_title": None,
    }  # fmt: skip
    site.put("/rest/search/page", json.dumps({"pages": [found]}), "application/json")
    site.put("/rest/page/Shark/html", PAGE)


def test_wikipedia_helps_where_the_library_has_nothing(
    site: Site, online: HarvestSettings, connection: Connection, reader: Reader
) -> None:
    lay_wikipedia(site)
    (found,) = search(connection, "how sharks hunt", online, reader)
    assert (found.kind, found.url) == ("web", "https://en.wikipedia.org/wiki/Shark")
    assert found.text.title == "Shark"
    assert found.text.author == "Wikipedia contributors"
    assert [h["text"] for h in found.text.outline] == ["Senses"]
    assert "q=how+sharks+hunt" in site.asked[0].path


def test_the_library_is_asked_first(
    site: Site, online: HarvestSettings, connection: Connection, reader: Reader
) -> None:
    assert search(connection, "why the sky is blue", online, reader)[0].kind == "library"
    assert site.asked == []


def test_pages_about_something_else_are_not_taken(
    site: Site, online: HarvestSettings, reader: Reader
) -> None:
    lay_wikipedia(site)
    found, reachable = search_web("quantum chromodynamics", online, reader)
    assert (found, reachable) == ([], True)


def test_feeds_are_read_when_wikipedia_has_nothing(
    site: Site, online: HarvestSettings, reader: Reader
) -> None:
    site.put("/rest/search/page", '{"pages": []}', "application/json")
    link = site.put("/news/sharks", PAGE)
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>"
        f"<item><title>Sharks return to the bay</title><link>{link}</link></item>"
        f"<item><title>Elections</title><link>{site.url}/other</link></item></channel></rss>"
    )
    address = site.put("/feed.xml", feed, "application/rss+xml")
    found, _ = search_web(
        "sharks in the bay", online.model_copy(update={"feeds": [address]}), reader
    )
    assert [item.url for item in found] == [link]
    assert found[0].text.words > 40


def test_a_feed_cannot_name_a_file_of_ours(
    site: Site, online: HarvestSettings, reader: Reader, tmp_path: Path
) -> None:
    site.put("/rest/search/page", '{"pages": []}', "application/json")
    link = site.put("/news/sharks", PAGE)
    ours = tmp_path / "feed.xml"
    ours.write_text(
        "<rss version='2.0'><channel><item><title>Sharks in the bay</title>"
        f"<link>{link}</link></item></channel></rss>"
    )
    address = site.put("/feed.xml", str(ours), "application/rss+xml")
    told = online.model_copy(update={"feeds": [address]})
    assert search_web("sharks in the bay", told, reader) == ([], True)
    assert "/news/sharks" not in [asked.path for asked in site.asked]


@pytest.mark.parametrize("answer", ["no json", "[]", '{"pages": [{"key": 1}]}', "{}"])
def test_a_wikipedia_gone_mad_is_no_harm(
    site: Site, online: HarvestSettings, reader: Reader, answer: str
) -> None:
    site.put("/rest/search/page", answer, "application/json")
    assert search_web("sharks", online, reader) == ([], True)


def test_without_a_network_the_answer_is_honest(connection: Connection, reader: Reader) -> None:
    for nowhere in ("http://192.0.2.1", "http://127.0.0.1:9", "http://nowhere.invalid"):
        offline = HarvestSettings(
            wikipedia_url=f"{nowhere}/rest", search_web=True, fetch_allow_loopback=True
        )
        with pytest.raises(NothingUsable, match="cannot be reached"):
            search(connection, "quantum chromodynamics", offline, reader)


def test_a_word_fits_whatever_its_ending() -> None:
    assert fits("the history of sharks", "Shark: group of fishes") == 1.0
    assert fits("how volcanoes form", "A volcano is an opening") == pytest.approx(0.5)
    assert fits("of the", "anything") == 0.0
