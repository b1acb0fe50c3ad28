"""POST /podcasts with a topic: what its card rests on becomes the episode's, for who may see it."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from api.app import create_app
from api.podcasts.preferences import Voices
from api.podcasts.request import PodcastRequest
from api.podcasts.usual import with_usual
from api.podcasts.voices import Voice, VoiceBook
from api.sessions.preferences import PreferencesOfSession
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, make_settings, new_key
from tests.api.serving import serve
from tests.conftest import create_database
from tests.witness import foreign

Connection = psycopg.Connection[Any]
URL = "/api/v1/podcasts"
COFFEE, SWIFTS, RIVER = 2, 4, 0
"""Stories of the seed: a whole text of the library; a short extract; a long one."""


@pytest.fixture(scope="module")
def house(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Facade]:
    """A facade with a pool of its own."""
    with serve(AirflowWire().app()) as airflow_url:
        foreign(airflow_url)
        database_url = create_database(postgres_server, template_database)
        folder: Path = tmp_path_factory.mktemp("house")
        settings = make_settings(database_url, folder, airflow_url)
        with serve(create_app(settings)) as url:
            yield Facade(url, settings)


@pytest.fixture
def connection(house: Facade) -> Iterator[Connection]:
    with psycopg.connect(house.settings.database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def eve(house: Facade) -> Iterator[httpx.Client]:
    with house.client(f"eve-{uuid.uuid4()}") as client:
        client.get("/api/v1/podcasts").raise_for_status()  # from now on she has a user
        yield client


def rows(connection: Connection, query: str, *values: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def listen(client: httpx.Client, topic_id: UUID, **body: Any) -> UUID:
    answer = client.post(URL, json={"topic_id": str(topic_id), **body}, headers=new_key())
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["workflow_id"])


def podcast_of(connection: Connection, workflow_id: UUID) -> dict[str, Any]:
    return rows(connection, "SELECT * FROM podcasts WHERE podcast_id = %s", workflow_id)[0]


def sources_of(connection: Connection, workflow_id: UUID) -> list[dict[str, Any]]:
    return rows(
        connection,
        "SELECT s.* FROM podcast_sources JOIN sources s USING (source_id)"
        " WHERE podcast_id = %s ORDER BY position",
        workflow_id,
    )


def card(connection: Connection, story: int) -> Seeded:
    return seed_cards(connection, 1, first=story)[0]


def test_the_cards_words_are_the_episodes(connection: Connection, eve: httpx.Client) -> None:
    coffee = card(connection, COFFEE)
    workflow_id = listen(eve, coffee.topic_id)
    podcast = podcast_of(connection, workflow_id)
    assert (podcast["topic"], podcast["topic_id"]) == (coffee.title, coffee.topic_id)
    [copied] = sources_of(connection, workflow_id)
    assert copied["source_id"] == uuid5(workflow_id, str(coffee.source_id))
    assert (copied["kind"], copied["user_id"]) == ("library", podcast["user_id"])
    assert copied["harvested_at"] is not None
    [shown] = rows(
        connection, "SELECT sentences FROM topics_snippets WHERE id = %s", coffee.snippet_id
    )
    for told in shown["sentences"]:
        [span] = told["citations"]
        assert copied["body"][span["start"] : span["end"]] == told["text"]


def test_a_card_may_be_named_by_its_own_id(connection: Connection, eve: httpx.Client) -> None:
    coffee = card(connection, COFFEE)
    workflow_id = listen(eve, coffee.snippet_id)
    assert podcast_of(connection, workflow_id)["topic_id"] == coffee.topic_id
    assert len(sources_of(connection, workflow_id)) == 1


def test_of_an_extract_the_page_is_named_and_what_is_long_enough_stands_behind_it(
    connection: Connection, eve: httpx.Client
) -> None:
    long, short = card(connection, RIVER), card(connection, SWIFTS)
    assert len(short.body.split()) < 40 <= len(long.body.split())
    page, extract = sources_of(connection, listen(eve, long.topic_id))
    assert (page["kind"], page["body"], page["harvested_at"]) == ("url", None, None)
    assert page["url"] == extract["url"]
    assert (extract["kind"], extract["body"]) == ("web", long.body)
    assert extract["harvested_at"] is not None
    [alone] = sources_of(connection, listen(eve, short.topic_id))
    assert (alone["kind"], alone["body"]) == ("url", None)


def test_a_page_that_stands_beside_its_extract_is_not_fetched_again(
    connection: Connection, eve: httpx.Client
) -> None:
    long = card(connection, RIVER)
    connection.execute(
        "INSERT INTO topic_sources (source_id, topic_id, position, kind, url, title, publisher,"
        " body, sha256, complete) SELECT gen_random_uuid(), topic_id, 9, 'page', url, title,"
        " publisher, body || ' And more.', 'x', true FROM topic_sources WHERE source_id = %s",
        (long.source_id,),
    )
    extract, page = sources_of(connection, listen(eve, long.topic_id))
    assert (extract["body"], page["body"]) == (long.body, long.body + " And more.")
    assert extract["harvested_at"] is not None
    assert page["harvested_at"] is not None


def test_given_sources_are_the_only_ones(connection: Connection, eve: httpx.Client) -> None:
    given = [{"title": "Notes", "text": "The tide turns twice a day."}]
    workflow_id = listen(eve, card(connection, COFFEE).topic_id, sources=given)
    assert [each["title"] for each in sources_of(connection, workflow_id)] == ["Notes"]


def test_what_another_explored_is_as_if_it_were_not(
    house: Facade, connection: Connection, eve: httpx.Client
) -> None:
    name = f"ada-{uuid.uuid4()}"
    with house.client(name) as ada:
        ada.get("/api/v1/podcasts").raise_for_status()
        [owner] = rows(connection, "SELECT user_id FROM users WHERE subject = %s", name)
        [hers] = seed_cards(connection, 1, first=COFFEE, user_id=owner["user_id"])
        before = rows(connection, "SELECT count(*) FROM podcasts")
        answers = [
            eve.post(URL, json={"topic_id": str(each)}, headers=new_key())
            for each in (hers.topic_id, hers.snippet_id, uuid.uuid4(), hers.source_id)
        ]
        assert {answer.status_code for answer in answers} == {422}
        told = [answer.json()["errors"] for answer in answers]
        assert told == [[{"pointer": "#/topic_id", "detail": "There is no such topic."}]] * 4
        assert rows(connection, "SELECT count(*) FROM podcasts") == before
        assert listen(ada, hers.topic_id)


def test_what_a_session_likes_is_how_its_episodes_are(
    connection: Connection, eve: httpx.Client
) -> None:
    usual = {"length_minutes": 3, "format": "brief", "cover": False}
    changed = eve.patch("/api/v1/sessions/current", json={"preferences": usual})
    assert changed.status_code == 200
    topic_id = card(connection, COFFEE).topic_id
    made = podcast_of(connection, listen(eve, topic_id))["preferences"]
    assert {name: made[name] for name in usual} == usual
    given = listen(eve, topic_id, user_preferences={"length_minutes": 9})
    made = podcast_of(connection, given)["preferences"]
    assert (made["length_minutes"], made["format"]) == (9, "brief")
    eve.patch("/api/v1/sessions/current", json={"preferences": {"length_minutes": None}})
    assert podcast_of(connection, listen(eve, topic_id))["preferences"]["length_minutes"] == 5


@pytest.mark.parametrize(("there", "speaks"), [("sky", "sky"), ("heart", "heart")])
def test_a_usual_voice_that_has_gone_is_no_reason_to_refuse(
    house: Facade, there: str, speaks: str
) -> None:
    async def ask() -> str:
        async with httpx.AsyncClient() as http:
            known = tuple(Voice(name, "unknown", "") for name in (there, "michael"))
            book = VoiceBook(http, house.settings, known, float("inf"))
            usual = PreferencesOfSession(voices=Voices(host_a="sky"))
            wanted = await with_usual(PodcastRequest(topic="x"), usual, book)
            return wanted.user_preferences.voices.host_a

    assert asyncio.run(ask()) == speaks
