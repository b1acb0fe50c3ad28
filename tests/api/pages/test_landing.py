"""The landing page without a script: readable, usable, and closed to whatever a text says."""

import re
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents.duia.validate import find_faults
from api.snippets.cursor import Place, write_cursor
from tests.agents.sca.seed import Seeded
from tests.api.conftest import Facade
from tests.api.pages.conftest import BROWSER, browser_of
from tests.api.pages.reading import given, read, texts, titles
from tests.conftest import ROOT

Rows = psycopg.Connection[Any]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self' ws://127.0.0.1:8010; media-src 'self' blob:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types lit-html"
)


@pytest.fixture(autouse=True)
def _stories(cards: list[Seeded]) -> None:
    """Every test here has a pool."""


def test_it_shows_stories_that_can_be_read_and_heard(
    reader: httpx.Client, cards: list[Seeded]
) -> None:
    answer = reader.get("/")
    page = read(answer)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    shown = titles(page)
    assert len(shown) == 13
    assert len(set(shown)) == 13
    assert set(shown) <= {card.title for card in cards}
    by_title = {card.title: card for card in cards}
    for article in page.findall(".//article"):
        card = by_title[titles(article)[0]]
        words = " ".join(texts(article, "teaser")[0].split())
        assert re.sub(r"\d: [^.]*?, a source of .*$", "", words).strip() == card.text
        form = article.find(".//form")
        assert (form.get("method"), form.get("action")) == ("post", "/listen")
        fields = {each.get("name"): each.get("value") for each in form.findall("input")}
        assert fields["topic_id"] == str(card.topic_id)
        assert len(fields["key"]) == 36
        assert texts(article, "listen")[0].startswith(f"Listen to {card.title}")
        assert article.find(".//img").get("src").startswith("http://127.0.0.1:")
    assert page.find(".//form[@role='search']").get("action") == "/find"


def test_the_same_data_stands_in_it_for_the_script(reader: httpx.Client) -> None:
    told = given(reader.get("/"))
    answer = reader.get("/api/v1/snippets", params={"limit": 13}).json()
    assert told["view"] == "landing"
    assert told["answer"] == answer
    assert find_faults(told["answer"]["ui"]["messages"]) == []
    assert told["session"] == reader.get("/api/v1/sessions/current").json()


def test_the_next_page_has_the_rest(reader: httpx.Client, cards: list[Seeded]) -> None:
    first = read(reader.get("/"))
    more = first.find(".//p[@class='more']/a").get("href")
    second = read(reader.get(more))
    assert sorted(titles(first) + titles(second)) == sorted(card.title for card in cards)
    assert second.find(".//p[@class='more']") is None


def test_the_way_to_the_next_page_grows_as_long_as_it_has_to(reader: httpx.Client) -> None:
    seen = write_cursor(Place(1, 0, frozenset()), [UUID(int=each << 80) for each in range(800)])
    answer = reader.get("/", params={"cursor": seen})
    assert answer.status_code == 200
    assert len(titles(read(answer))) == 13
    more = read(answer).find(".//p[@class='more']/a").get("href")
    assert len(titles(read(reader.get(more)))) == 2


def test_one_category_is_shown_by_itself(reader: httpx.Client, cards: list[Seeded]) -> None:
    page = read(reader.get("/", params={"category": "food"}))
    assert set(titles(page)) == {card.title for card in cards if card.category == "food"}
    (chosen,) = page.xpath(".//a[@class='chip'][@aria-current]")
    assert chosen.text_content() == "Food"
    assert "Nothing here yet." in reader.get("/", params={"category": "sport"}).text


def test_what_is_wrong_with_the_address_is_said_to_people(reader: httpx.Client) -> None:
    for wrong in ({"category": "gardening"}, {"cursor": "x" * 8001}):
        answer = reader.get("/", params=wrong)
        assert answer.status_code == 422
        assert "<code>/problems/invalid-request</code>" in answer.text
        assert 'href="/"' in answer.text
        for accept in ("*/*", "text/html, application/problem+json"):
            told = reader.get("/", params=wrong, headers={"Accept": accept})
            assert told.json()["status"] == 422


def test_who_is_not_signed_in_is_led_there_and_back(house: Facade) -> None:
    ways = {
        "/": "/", "/?category=food": "/%3Fcategory%3Dfood", "/library": "/library",
        "/topics/x": "/topics/x", "/preferences": "/preferences",
        "/?next=//evil.example": "/%3Fnext%3D//evil.example",
    }  # fmt: skip
    with httpx.Client(base_url=house.url, headers=BROWSER) as stranger:
        for path, wanted in ways.items():
            answer = stranger.get(path)
            assert answer.status_code == 303
            assert answer.headers["Location"] == f"/login?next={wanted}"
            assert stranger.get(answer.headers["Location"]).status_code == 200
        sent = stranger.post("/listen", data={"topic_id": "x"})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/login?next=/")


def test_the_colours_are_those_that_were_chosen(reader: httpx.Client) -> None:
    assert "data-theme" not in read(reader.get("/")).attrib
    reader.patch("/api/v1/sessions/current", json={"preferences": {"theme": "light"}})
    assert read(reader.get("/")).get("data-theme") == "light"
    reader.cookies.set("theme", "dark")
    assert read(reader.get("/")).get("data-theme") == "dark"
    reader.cookies.set("theme", '"><script>')
    assert read(reader.get("/")).get("data-theme") == "light"


def test_a_card_that_no_page_takes_costs_no_other(
    reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    card = next(each for each in cards if each.category == "food")
    fine = read(reader.get("/?category=food"))
    set_ink = """UPDATE topics_snippets SET cover = cover || jsonb_build_object('ink', %s::text)
                 WHERE id = %s"""
    rows.execute(set_ink, ["pink", card.snippet_id])
    answer = reader.get("/?category=food")
    assert set(titles(read(answer))) == set(titles(fine)) - {card.title}
    assert str(card.snippet_id) not in answer.text
    rows.execute(set_ink, ["light", card.snippet_id])
    assert titles(read(reader.get("/?category=food"))) == titles(fine)


def test_the_first_visit_of_all_orders_cards_and_waits_for_none(
    facade: Facade, connection: Rows
) -> None:
    orders = "SELECT trigger_event_details, user_id FROM workflow_instances"
    with browser_of(facade, "ada") as first:
        [said] = texts(read(first.get("/")), "notice")  # nobody orders: nothing is on its way
        # when there is another look, if ever, is a setting of another process
        assert said.startswith("No stories could be found just now. Look again in a while.")
        assert said.split("while.")[0] in (ROOT / "api/web/src/landing/states.ts").read_text()
        facade.settings.refresh_on_visit = True
        answer = first.get("/")
        page = read(answer)
        assert "The first stories are being found." in texts(page, "notice")[0]
        assert page.xpath(".//noscript/meta/@content") == ["3"]
        assert given(answer)["answer"]["pool"]["refreshing"] is True
        assert first.get("/").status_code == 200
    found = connection.execute(orders).fetchall()
    assert len(found) == 1
    assert found[0][0]["hurry"] is True
    assert found[0][1] is None


HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--<script>",
    '"><img src=x onerror=alert(1)>', "{{ 7*7 }}{% raw %}", "\u202eesrever \u2028 line",
    "</title><body onload=alert(1)>", "javascript:alert(1)",
]  # fmt: skip


@pytest.fixture
def poisoned(rows: Rows, cards: list[Seeded]) -> Any:
    """A card whose every text is hostile, for one test."""
    card = cards[0]
    before = rows.execute(
        "SELECT title, sentences FROM topics_snippets WHERE id = %s", [card.snippet_id]
    ).fetchone()
    source = rows.execute(
        "SELECT publisher FROM topic_sources WHERE source_id = %s", [card.source_id]
    ).fetchone()
    yield lambda text: _write(rows, card, text, [{"text": text, "citations": _cite(card)}], text)
    assert before is not None
    assert source is not None
    _write(rows, card, before[0], before[1], source[0])


def _cite(card: Seeded) -> list[dict[str, Any]]:
    return [{"source_id": str(card.source_id), "start": 0, "end": 9}]


def _write(rows: Rows, card: Seeded, title: str, sentences: Any, publisher: str) -> UUID:
    with rows.transaction():
        rows.execute(
            "UPDATE topic_sources SET publisher = %s WHERE source_id = %s",
            [publisher, card.source_id],
        )
        rows.execute(
            "UPDATE topics_snippets SET title = %s, sentences = %s WHERE id = %s",
            [title, Jsonb(sentences), card.snippet_id],
        )
    return card.topic_id


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_text_of_a_stranger_is_ever_more_than_text(
    reader: httpx.Client, poisoned: Any, number: int
) -> None:
    text = HOSTILE[number]
    topic = poisoned(text)
    for path in ("/", "/?category=nature", f"/topics/{topic}"):
        answer = reader.get(path)
        page = read(answer)
        assert answer.status_code == 200
        assert len(page.findall(".//script")) in (1, 2)  # without the program where it is not built
        assert not page.findall(".//body//img[@onerror]")
        if path != "/":
            assert any(text.strip() == each for each in titles(page))
            assert text in [each["text"] for each in _sentences(given(answer))]


def _sentences(told: Any) -> list[dict[str, Any]]:
    data = told["answer"]["ui"]["messages"][-1]["updateDataModel"]["value"]["cards"]
    return [sentence for card in data.values() for sentence in card["sentences"]]
