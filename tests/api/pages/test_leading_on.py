"""Where a search leads on, and who speaks, without a script: by forms alone."""

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from agents.duia.validate import find_faults
from api.app import create_app
from api.podcasts import voices
from api.settings import FacadeSettings
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade
from tests.api.made import ids_of
from tests.api.pages.conftest import browser_of
from tests.api.pages.reading import given, read, texts, titles
from tests.api.serving import serve
from tests.api.voice_list import serve_voices
from tests.conftest import free_port

Rows = psycopg.Connection[Any]
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
WORDS = "lamps of <b>zyzzyva</b> & sons"


def form_of(page: Any, action: str) -> dict[str, str]:
    """What pressing that form's button sends."""
    (form,) = page.xpath(f".//main//form[@action='{action}']")
    return {each.get("name"): each.get("value") for each in form.findall("input")}


def test_looking_further_is_a_form(
    house: Facade, reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    page = read(reader.get("/find", params={"q": WORDS}))
    assert texts(page, "empty") == [f"Nothing here tells of “{WORDS}” yet."]
    form = form_of(page, "/explore")
    assert form["query"] == WORDS
    assert reader.post("/explore", data=form, headers=ELSEWHERE).status_code == 403
    places = {reader.post("/explore", data=form).headers["Location"] for _ in range(2)}
    [place] = places
    asked = parse_qs(urlsplit(place).query)
    assert (urlsplit(place).path, asked["q"]) == ("/find", [WORDS])
    workflow_id = uuid.UUID(asked["explored"][0])
    page = read(reader.get(place))
    assert texts(page, "further-said") == ["Looking further…"]
    assert page.xpath(".//noscript/meta/@content") == ["3"]
    row = rows.execute(
        "SELECT user_id FROM workflow_instances WHERE workflow_id = %s", [workflow_id]
    ).fetchone()
    assert row is not None
    [made] = seed_cards(rows, 1, first=40, user_id=row[0], workflow_id=workflow_id)
    rows.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()
           WHERE workflow_id = %s""",
        [workflow_id],
    )
    answer = reader.get(place)
    page = read(answer)
    assert titles(page) == [made.title]
    assert texts(page, "further-said") == ["1 story found."]
    assert not page.xpath(".//noscript/meta")
    told = given(answer)["answer"]
    assert find_faults(told["ui"]["messages"]) == []
    assert told["exploration"] == {"workflow_id": str(workflow_id), "status": "COMPLETED"}
    with browser_of(house, f"stranger-{uuid.uuid4()}") as stranger:
        page = read(stranger.get(place))
        assert (titles(page), texts(page, "further-said")) == ([], [""])
    assert reader.get("/find", params={"q": WORDS, "explored": "x"}).status_code == 200
    for wrong, status in (({"query": "…"}, 422), ({"query": "x" * 201}, 422)):
        data = {**wrong, "key": str(uuid.uuid4())}
        assert reader.post("/explore", data=data).status_code == status
    assert reader.post("/explore", data={"query": "x"}).status_code == 400


def test_an_episode_of_words_is_a_form(
    reader: httpx.Client, rows: Rows, cards: list[Seeded]
) -> None:
    page = read(reader.get("/find", params={"q": cards[5].title}))
    assert titles(page)[0] == cards[5].title
    (form,) = page.xpath(".//section[@class='further']//form[@action='/listen']")
    sent = {each.get("name"): each.get("value") for each in form.findall("input")}
    places = {reader.post("/listen", data=sent).headers["Location"] for _ in range(2)}
    [place] = places
    podcast = uuid.UUID(place[8:])
    user_id, _ = ids_of(rows, podcast)
    ordered = rows.execute(
        "SELECT topic, topic_id FROM podcasts WHERE user_id = %s", [user_id]
    ).fetchall()
    assert ordered == [(cards[5].title, None)]
    for nothing in ("…?!", " ", ""):
        page = read(reader.get("/find", params={"q": nothing}))
        assert not page.xpath(".//section[@class='further']")


def chosen(page: Any) -> list[str]:
    found: list[str] = page.xpath(
        ".//select[starts-with(@name, 'voice-')]/option[@selected]/@value"
    )
    return found


def test_who_speaks_is_chosen_from_the_voices_there_are(
    settings: FacadeSettings, connection: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "SECONDS_AWAY", 0.0)
    settings.aims_url = f"http://127.0.0.1:{free_port()}"
    with serve_voices() as aims, serve(create_app(settings)) as url:
        settings.public_url = url
        with browser_of(Facade(url, settings), "ada") as browser:

            def kept() -> Any:
                told = browser.get("/api/v1/sessions/current").json()
                return told["preferences"].get("voices")

            def note() -> list[str]:
                return texts(read(browser.get("/preferences")), "preferences-note")

            assert note() == ["The voices cannot be listed just now. Until they can, the show "
                              "casts its hosts."]  # fmt: skip
            change = {"preferences": {"voices": {"host_a": "caruso"}}}
            assert browser.patch("/api/v1/sessions/current", json=change).status_code == 200
            assert note()[0].endswith("Your choice is kept: Caruso and Michael.")
            browser.post("/preferences", data={"length_minutes": "3"})
            assert kept() == {"host_a": "caruso", "host_b": "michael"}

            settings.aims_url = aims
            page = read(browser.get("/preferences"))
            assert texts(page, "preferences-note")[0].startswith("Caruso is no longer there.")
            assert chosen(page) == ["heart", "michael"]
            topic = {"topic": "The sea", "key": str(uuid.uuid4())}
            assert browser.post("/listen", data=topic).status_code == 303
            ordered = connection.execute("SELECT tts_settings FROM podcasts").fetchall()
            assert ordered == [({"host_a": "heart", "host_b": "michael"},)]

            wanted = {"voice-host_a": "emma", "voice-host_b": "heart"}
            assert browser.post("/preferences", data=wanted).status_code == 303
            page = read(browser.get("/preferences"))
            assert (chosen(page), texts(page, "preferences-note")) == (["emma", "heart"], [""])
            same = {"voice-host_a": "emma", "voice-host_b": "emma"}
            refused = browser.post("/preferences", data=same)
            assert refused.status_code == 422
            assert "two different voices" in refused.text
            unknown = {"voice-host_a": "caruso", "voice-host_b": "heart"}
            assert browser.post("/preferences", data=unknown).status_code == 422
            assert kept() == {"host_a": "emma", "host_b": "heart"}
            usual = {"voice-host_a": "heart", "voice-host_b": "michael"}
            assert browser.post("/preferences", data=usual).status_code == 303
            assert kept() is None
