"""The other pages without a script: listening, one's library, what lies deeper, search, wishes."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from agents.duia.validate import find_faults
from api.pages.find import NOTHING
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade
from tests.api.made import finish, ids_of
from tests.api.pages.conftest import browser_of
from tests.api.pages.reading import given, read, texts, titles

Rows = psycopg.Connection[Any]
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.fixture(autouse=True)
def _stories(cards: list[Seeded]) -> None:
    """Every test here has a pool."""


def listen(reader: httpx.Client, card: Seeded, key: str, **headers: str) -> httpx.Response:
    form = {"topic_id": str(card.topic_id), "key": key}
    return reader.post("/listen", data=form, headers=headers)


def finished(reader: httpx.Client, house: Facade, rows: Rows, card: Seeded) -> uuid.UUID:
    """An episode of that card, ready to be heard."""
    place = listen(reader, card, str(uuid.uuid4())).headers["Location"]
    podcast = uuid.UUID(place.rpartition("/")[2])
    finish(rows, house.settings, podcast, url="javascript:alert(1)", title="<b>On tides</b>")
    return podcast


def test_pressing_listen_makes_an_episode_once(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    form = read(reader.get("/")).find(".//article//form")
    fields = {each.get("name"): each.get("value") for each in form.findall("input")}
    first = reader.post("/listen", data=fields)
    assert first.status_code == 303
    place = first.headers["Location"]
    assert place.startswith("/listen/")
    assert reader.post("/listen", data=fields).headers["Location"] == place
    row = rows.execute(
        "SELECT count(*), min(topic_id::text) FROM podcasts WHERE podcast_id = %s OR user_id = "
        "(SELECT user_id FROM podcasts WHERE podcast_id = %s)",
        [place[8:], place[8:]],
    ).fetchone()
    assert row == (1, fields["topic_id"])
    page = reader.get(place)
    tree = read(page)
    assert texts(tree, "category") == ["In the making"]
    assert tree.xpath(".//noscript/meta/@content") == ["3"]
    assert given(page)["episode"]["podcast_id"] == place[8:]
    (button,) = read(reader.get(f"/topics/{fields['topic_id']}")).xpath(".//a[@class='listen']")
    assert button.get("href") == place
    assert button.text_content().startswith("In the making")


def test_a_form_of_another_site_makes_nothing(
    reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    before = rows.execute("SELECT count(*) FROM podcasts").fetchone()
    answer = listen(reader, cards[0], str(uuid.uuid4()), **ELSEWHERE)
    assert answer.status_code == 403
    assert "<code>/problems/foreign-origin</code>" in answer.text
    wish = reader.post("/preferences", data={"wish-food": "muted"}, headers=ELSEWHERE)
    assert wish.status_code == 403
    assert rows.execute("SELECT count(*) FROM podcasts").fetchone() == before
    assert reader.get("/api/v1/sessions/current").json()["preferences"]["muted"] == []


def test_what_is_wrong_with_a_form_is_said_to_people(
    reader: httpx.Client, cards: list[Seeded]
) -> None:
    key, topic = str(uuid.uuid4()), str(cards[0].topic_id)
    for form, status, problem in (
        ({"topic_id": topic}, 400, "idempotency-key-missing"),
        ({"topic_id": topic, "key": "é"}, 400, "idempotency-key-malformed"),
        ({"topic_id": "x", "key": key}, 422, "invalid-request"),
        ({"key": key}, 422, "invalid-request"),
        ({"topic_id": str(uuid.uuid4()), "key": key}, 422, "invalid-request"),
    ):
        answer = reader.post("/listen", data=form)
        assert answer.status_code == status, answer.text
        assert f"<code>/problems/{problem}</code>" in answer.text
    assert reader.post("/listen", json={"topic_id": topic}).status_code == 415


def test_a_finished_episode_is_heard_read_and_checked(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    podcast = finished(reader, house, rows, cards[1])
    page = read(reader.get(f"/listen/{podcast}"))
    audio = page.find(".//audio").get("src")
    assert httpx.get(audio).status_code == 200
    assert texts(page, "line-host") == ["Co-host", "Host"]
    (mark,) = page.xpath(".//a[@class='mark']/@href")
    (source,) = page.xpath(f".//li[@id='{mark[1:]}']")
    assert source.text_content().startswith("<b>On tides</b>")
    assert source.find(".//a") is None  # a javascript: address leads nowhere
    assert not page.xpath(".//noscript")


def test_anothers_episode_is_as_if_it_were_not(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    podcast = finished(reader, house, rows, cards[2])
    with browser_of(house, f"stranger-{uuid.uuid4()}") as stranger:
        for unknown in (podcast, uuid.uuid4(), "x"):
            answer = stranger.get(f"/listen/{unknown}")
            assert answer.status_code == 404
            assert "<code>/problems/not-found</code>" in answer.text
        assert read(stranger.get("/library")).findall(".//article") == []


def test_one_wish_leaves_the_others_as_they_were(reader: httpx.Client) -> None:
    def kept() -> dict[str, Any]:
        told: dict[str, Any] = reader.get("/api/v1/sessions/current").json()["preferences"]
        return told

    for wish in ({"wish-food": "muted", "wish-music": "liked"}, {"wish-sport": "muted"}):
        assert reader.post("/preferences", data=wish).status_code == 303
    assert (kept()["liked"], sorted(kept()["muted"])) == (["music"], ["food", "sport"])
    assert reader.post("/preferences", data={"wish-food": "nonsense"}).status_code == 422
    assert sorted(kept()["muted"]) == ["food", "sport"]


def test_an_old_bookmark_opens_the_first_page(reader: httpx.Client) -> None:
    assert reader.get("/?category=food&cursor=old").headers["Location"] == "/?category=food"
    assert reader.get("/library?cursor=old").headers["Location"] == "/library"


def test_the_library_has_ones_own(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    assert texts(read(reader.get("/library")), "empty")
    ready = finished(reader, house, rows, cards[3])
    listen(reader, cards[4], str(uuid.uuid4()))
    answer = reader.get("/library")
    page = read(answer)
    facts = [each.split(" · ") for each in texts(page, "row-facts")]
    assert [each[:-1] for each in facts] == [["In the making"], ["Ready to play", "3 min"]]
    assert facts[0][-1] == f"{datetime.now(UTC):%-d %B %Y}"
    assert page.xpath(".//article[@class='row']/@data-state") == ["making", "ready"]
    links = page.xpath(".//h3[@class='row-title']/a/@href")
    assert links[1] == f"/listen/{ready}"
    pictures = page.xpath(".//div[@class='row-cover']/img/@src")
    assert len(pictures) == 2  # the one in the making has its card's
    told = given(answer)["answer"]
    assert find_faults(told["ui"]["messages"]) == []
    assert told["podcasts"] == reader.get("/api/v1/podcasts").json()["podcasts"]


def test_a_topic_says_where_it_is_told_and_what_is_near(
    reader: httpx.Client, cards: list[Seeded]
) -> None:
    card = cards[0]
    answer = reader.get(f"/topics/{card.topic_id}")
    page = read(answer)
    assert titles(page)[0] == card.title
    quotes = [each.text_content() for each in page.findall(".//blockquote")]
    assert quotes
    assert all(quote in card.body for quote in quotes)
    told = given(answer)["answer"]
    assert find_faults(told["ui"]["messages"]) == []
    assert [each["source_id"] for each in told["sources"]] == [str(card.source_id)]
    for unknown in (card.snippet_id, uuid.uuid4(), "x"):
        assert reader.get(f"/topics/{unknown}").status_code == 404


def test_anothers_exploration_is_as_if_it_were_not(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    place = listen(reader, cards[0], str(uuid.uuid4())).headers["Location"]
    owner, _ = ids_of(rows, uuid.UUID(place[8:]))
    [explored] = seed_cards(rows, 1, first=30, user_id=owner)
    assert reader.get(f"/topics/{explored.topic_id}").status_code == 200
    assert explored.title in titles(read(reader.get(f"/find?q={explored.title}")))
    with browser_of(house, f"stranger-{uuid.uuid4()}") as stranger:
        assert stranger.get(f"/topics/{explored.topic_id}").status_code == 404
        found = stranger.get(f"/find?q={explored.title}")
        assert explored.title not in titles(read(found))
        assert str(explored.snippet_id) not in found.text


def test_search_finds_stories_and_ones_own_episodes(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    card = cards[5]
    listen(reader, card, str(uuid.uuid4()))
    answer = reader.get("/find", params={"q": card.title})
    page = read(answer)
    assert titles(page)[0] == card.title
    assert texts(page, "row-title") == [card.title]
    assert page.find(".//input[@type='search']").get("value") == card.title
    told = given(answer)["answer"]
    assert find_faults(told["ui"]["messages"]) == []
    assert told["query"] == card.title
    nothing = read(reader.get("/find", params={"q": "xyzzy"}))
    assert texts(nothing, "empty") == [NOTHING.format("xyzzy")]
    hostile = reader.get("/find", params={"q": '"><script>alert(1)</script>'})
    assert len(read(hostile).findall(".//script")) in (1, 2)
    assert given(reader.get("/find"))["answer"].keys() == {"ui"}
    assert reader.get("/find", params={"q": "x" * 201}).status_code == 422
    assert reader.get("/find", params={"q": "a\nb"}).status_code == 422


def test_wishes_that_are_kept_change_the_page(reader: httpx.Client, cards: list[Seeded]) -> None:
    page = read(reader.get("/preferences"))
    form = page.xpath(".//form[@action='/preferences']")[0]
    names = {each.get("name") for each in form.findall(".//input")}
    assert {"wish-food", "wish-sport", "format"} <= names
    muted = cards[0].category
    wishes = {"wish-food": "liked", f"wish-{muted}": "muted", "wish-space": "neither"}
    kept = reader.post("/preferences", data={**wishes, "length_minutes": "8", "format": "brief"})
    assert (kept.status_code, kept.headers["Location"]) == (303, "/preferences?kept=1")
    after = read(reader.get(kept.headers["Location"]))
    assert texts(after, "preferences-said") == ["Kept."]
    checked = after.xpath(".//input[@checked]")
    chosen = {each.get("name"): each.get("value") for each in checked}
    assert chosen["wish-food"] == "liked"
    assert chosen[f"wish-{muted}"] == "muted"
    assert (chosen["wish-space"], chosen["format"]) == ("neither", "brief")
    assert after.xpath(".//option[@selected]/@value") == ["8"]
    told = reader.get("/api/v1/sessions/current").json()["preferences"]
    assert told == {"liked": ["food"], "muted": [muted], "length_minutes": 8, "format": "brief"}
    landing = read(reader.get("/"))
    gone = {card.title for card in cards if card.category == muted}
    assert gone
    assert not gone & set(titles(landing))
    assert texts(landing, "chip-link") == ["1 hidden"]
    assert reader.get(f"/topics/{cards[0].topic_id}").status_code == 404
    wrong = reader.post("/preferences", data={"wish-food": "liked", "length_minutes": "99"})
    assert wrong.status_code == 422
    assert reader.get("/api/v1/sessions/current").json()["preferences"] == told
    too_many = {f"wish-{n}": "liked" for n in range(60)}
    assert reader.post("/preferences", data=too_many).status_code == 400


def minutes(answer: httpx.Response) -> tuple[set[str], set[int]]:
    """What the cards say, to eyes and to the page's script."""
    data = given(answer)["answer"]["ui"]["messages"][2]["updateDataModel"]["value"]["cards"]
    return set(texts(read(answer), "minutes")), {each["minutes"] for each in data.values()}


def test_a_card_promises_as_many_minutes_as_a_press_of_it_brings(
    reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    card = cards[0]
    fill = "UPDATE topics_snippets SET estimated_full_podcast_length = %s WHERE id = %s"
    rows.execute(fill, [390, card.snippet_id])
    every = ("/", f"/topics/{card.topic_id}", f"/find?q={card.title}")
    for address in every:
        assert minutes(reader.get(address)) == ({"5 min"}, {5}), address
    reader.patch("/api/v1/sessions/current", json={"preferences": {"length_minutes": 2}})
    for address in every:
        assert minutes(reader.get(address)) == ({"2 min"}, {2}), address
    place = listen(reader, card, str(uuid.uuid4())).headers["Location"]
    row = rows.execute(
        "SELECT preferences->'length_minutes' FROM podcasts WHERE podcast_id = %s", [place[8:]]
    ).fetchone()
    assert row == (2,)
    rows.execute(fill, [300, card.snippet_id])


def test_signing_out_ends_it(reader: httpx.Client) -> None:
    assert reader.post("/logout").headers["Location"] == "/login"
    assert reader.get("/").headers["Location"] == "/login?next=/"
