"""POST /podcasts: what it takes, what it writes."""
# ruff: noqa: E501 - the table of refusals reads best with a case a line

from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from streamer.capability import verify_stream
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import SECRET, Facade, ask_podcast, eventually, new_key

Connection = psycopg.Connection[tuple[Any, ...]]
URL = "/api/v1/podcasts"
DEFAULTS = {
    "format": "deep_dive", "length_minutes": 5, "persona": None, "language": "en",
    "voices": {"host_a": "heart", "host_b": "michael"}, "cover": True,
}  # fmt: skip


def rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def ask_with_sources(client: httpx.Client) -> tuple[str, httpx.Response]:
    """Ask for a podcast of an address, an upload and a text; the upload's id, and the answer."""
    uploaded = client.post(
        "/api/v1/sources", json={"title": "Mine", "text": "Words."}, headers=new_key()
    ).json()["source_id"]
    sources = [
        {"url": "https://example.org/a"},
        {"source_id": uploaded},
        {"title": "Notes", "text": "The tide turns twice a day."},
    ]
    body = {
        "topic": "  The sea ", "sources": sources, "user_preferences": {"length_minutes": 3}
    }  # fmt: skip
    headers = {"X-Idempotency-Key": "the key", "X-Workflow-ID": "mine-7"}
    return uploaded, client.post(URL, json=body, headers=headers)


def test_an_accepted_podcast_has_all_its_rows_and_a_run(
    facade: Facade, ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    uploaded, answer = ask_with_sources(ada)
    accepted = answer.json()
    assert list(accepted) == [
        "podcast_id", "workflow_id", "status", "stream_id", "websocket_url",
        "estimated_wait_seconds",
    ]  # fmt: skip
    workflow_id = accepted["workflow_id"]
    assert accepted["podcast_id"] == workflow_id
    assert accepted["status"] == "GENERATING"
    assert accepted["estimated_wait_seconds"] == 90
    assert answer.headers["Location"] == f"/api/v1/podcasts/{workflow_id}"
    assert answer.headers["X-Workflow-ID"] == "mine-7"

    [user] = rows(connection, "SELECT * FROM users")
    [workflow] = rows(connection, "SELECT * FROM workflow_instances")
    [podcast] = rows(connection, "SELECT * FROM podcasts")
    [stream] = rows(connection, "SELECT * FROM streams")
    preferences = {**DEFAULTS, "length_minutes": 3}
    assert user["subject"] == "ada"
    assert str(workflow["workflow_id"]) == workflow_id
    assert workflow["user_id"] == podcast["user_id"] == user["user_id"]
    assert workflow["trigger_event_type"] == "podcast_request"
    assert workflow["trigger_event_details"] == {"topic": "The sea", "preferences": preferences}
    assert workflow["overall_status"] == "pending"
    assert workflow["dag_run_id"] == f"podcast__{workflow_id}"
    assert workflow["client_workflow_id"] == "mine-7"
    assert workflow["client_idempotency_key"] == "the key"
    assert podcast["podcast_id"] == stream["workflow_id"] == workflow["workflow_id"]
    assert (podcast["topic"], podcast["preferences"]) == ("The sea", preferences)
    assert podcast["tts_settings"] == DEFAULTS["voices"]
    assert podcast["websocket_url"] == accepted["websocket_url"]

    granted = verify_stream(SECRET, accepted["stream_id"])
    assert granted.stream_id == stream["stream_id"] == podcast["stream_id"]
    assert granted.user_id == user["user_id"]
    assert granted.expires_at == stream["expires_at"]

    found = rows(
        connection,
        "SELECT s.* FROM podcast_sources p JOIN sources s USING (source_id) ORDER BY position",
    )
    assert [each["kind"] for each in found] == ["url", "text", "text"]
    assert [each["url"] for each in found] == ["https://example.org/a", None, None]
    assert str(found[1]["source_id"]) == uploaded
    assert found[2]["body"] == "The tide turns twice a day."
    assert {each["user_id"] for each in found} == {user["user_id"]}

    eventually(lambda: airflow.runs)
    [post] = airflow.posts
    assert post["dag_run_id"] == f"podcast__{workflow_id}"
    assert post["logical_date"] is None
    asked = {"workflow_id": workflow_id, "topic": "The sea", "preferences": preferences}
    assert {name: post["conf"][name] for name in asked} == asked
    triggered = "SELECT 1 FROM workflow_instances WHERE triggered_at IS NOT NULL"
    eventually(lambda: rows(connection, triggered))


PREFERENCES = "user_preferences"


@pytest.mark.parametrize(
    ("body", "pointer", "word"),
    [
        ({}, "#", "topic"),
        ({"topic": "x", "topic_id": str(UUID(int=1))}, "#", "topic"),
        ({"topic": ""}, "#/topic", "empty"),
        ({"topic": "  \t "}, "#/topic", "control"),
        ({"topic": "…"}, "#/topic", "letter"),
        ({"topic": "x" * 301}, "#/topic", "300"),
        ({"topic": "a\nb"}, "#/topic", "control"),
        ({"topic": "a\u0000b"}, "#/topic", "control"),
        ({"topic": "a\u2028b"}, "#/topic", "control"),
        ({"topic": 7}, "#/topic", "string"),
        ({"topic": ["x"]}, "#/topic", "string"),
        ({"topic_id": "xyz"}, "#/topic_id", "UUID"),
        ({"topic_id": str(UUID(int=1))}, "#/topic_id", "no such topic"),
        ({"topic": "x", "speed": 2}, "#/speed", "no such key"),
        ({"topic": "x", PREFERENCES: {"lenght": 3}}, "#/user_preferences/lenght", "no such key"),
        ({"topic": "x", PREFERENCES: {"a/b~": 3}}, "#/user_preferences/a~1b~0", "no such key"),
        ({"topic": "x", PREFERENCES: {"length_minutes": 0}}, "#/user_preferences/length_minutes", "1"),
        ({"topic": "x", PREFERENCES: {"length_minutes": 31}}, "#/user_preferences/length_minutes", "30"),
        ({"topic": "x", PREFERENCES: {"length_minutes": "3"}}, "#/user_preferences/length_minutes", "integer"),
        ({"topic": "x", PREFERENCES: {"length_minutes": True}}, "#/user_preferences/length_minutes", "integer"),
        ({"topic": "x", PREFERENCES: {"format": "opera"}}, "#/user_preferences/format", "deep_dive"),
        ({"topic": "x", PREFERENCES: {"language": "tlh"}}, "#/user_preferences/language", "en"),
        ({"topic": "x", PREFERENCES: {"cover": 1}}, "#/user_preferences/cover", "boolean"),
        ({"topic": "x", PREFERENCES: {"persona": "a\u0007"}}, "#/user_preferences/persona", "control"),
        ({"topic": "x", PREFERENCES: {"voices": {"host_c": "x"}}}, "#/user_preferences/voices/host_c", "no such key"),
        ({"topic": "x", PREFERENCES: {"voices": {"host_a": "a b"}}}, "#/user_preferences/voices/host_a", "pattern"),
        ({"topic": "x", PREFERENCES: {"voices": {"host_a": "a", "host_b": "a"}}}, "#/user_preferences/voices", "different"),
        ({"topic": "x", PREFERENCES: None}, "#/user_preferences", "valid"),
        ({"topic": "x", "sources": "https://a.b"}, "#/sources", "list"),
        ({"topic": "x", "sources": [{}]}, "#/sources/0", "one of"),
        ({"topic": "x", "sources": [{"url": "https://a.b", "text": "x"}]}, "#/sources/0", "one of"),
        ({"topic": "x", "sources": [{"text": "x"}]}, "#/sources/0", "title"),
        ({"topic": "x", "sources": [{"url": "https://a.b", "title": "x"}]}, "#/sources/0", "title"),
        ({"topic": "x", "sources": [{"title": "x", "text": " "}]}, "#/sources/0/text", "letter"),
        ({"topic": "x", "sources": [{"title": "x", "text": "a\u0000"}]}, "#/sources/0/text", "NUL"),
        ({"topic": "x", "sources": [{"url": "file:///etc/passwd"}]}, "#/sources/0/url", "http"),
        ({"topic": "x", "sources": [{"url": "//example.org"}]}, "#/sources/0/url", "http"),
        ({"topic": "x", "sources": [{"url": "http://"}]}, "#/sources/0/url", "http"),
        ({"topic": "x", "sources": [{"url": "http://[bad"}]}, "#/sources/0/url", ""),
        ({"topic": "x", "sources": [{"url": "http://u:p@a.b/"}]}, "#/sources/0/url", "password"),
        ({"topic": "x", "sources": [{"url": "http://a.b/ c"}]}, "#/sources/0/url", "spaces"),
        ({"topic": "x", "sources": [{"url": "http://a.b/" + "c" * 2048}]}, "#/sources/0/url", "2048"),
        ({"topic": "x", "sources": [{"url": "http://a.b"}] * 2}, "#/sources", "same source"),
        ({"topic": "x", "sources": [{"url": f"http://a.b/{n}"} for n in range(21)]}, "#/sources", "20"),
        ({"topic": "x", "sources": [{"source_id": "7"}]}, "#/sources/0/source_id", "UUID"),
        ({"topic": "x", "sources": [{"source_id": str(UUID(int=7))}]}, "#/sources/0/source_id", "no such source"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_named(
    caller: httpx.Client, body: dict[str, Any], pointer: str, word: str
) -> None:
    answer = caller.post(URL, json=body, headers=new_key())
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "/problems/invalid-request"
    assert problem["errors"][0]["pointer"] == pointer
    assert word in problem["errors"][0]["detail"]
    assert "pydantic" not in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b'{"topic": NaN}', "application/json", 400),
        (b'{"topic": 1e999}', "application/json", 400),
        (b'{"topic": "\\ud800"}', "application/json", 400),
        (b'{"topic": "\xff"}', "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b"1" * 10_000, "application/json", 400),
        (b'{"topic":"x"}', "text/plain", 415),
        (b"topic=x", "application/x-www-form-urlencoded", 415),
        (b'{"topic":"x"}', "application/json; charset=utf-8", 202),
    ],
)
def test_bodies_that_are_not_what_they_say(
    caller: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    headers = {**new_key(), "Content-Type": kind}
    assert caller.post(URL, content=content, headers=headers).status_code == status


def test_a_discovered_topic_can_be_asked_for(ada: httpx.Client, connection: Connection) -> None:
    topic_id = uuid4()
    connection.execute(
        "INSERT INTO topics_snippets (id, type, title) VALUES (%s, 'topic', 'Tides')", [topic_id]
    )
    answer = ada.post(URL, json={"topic_id": str(topic_id)}, headers=new_key())
    assert ada.get(answer.headers["Location"]).json()["topic"] == "Tides"


def test_the_estimate_follows_what_episodes_took(ada: httpx.Client, connection: Connection) -> None:
    for _ in range(3):
        assert ask_podcast(ada, user_preferences={"length_minutes": 2}).status_code == 202
    connection.execute(
        """UPDATE workflow_instances SET overall_status = 'completed',
           end_timestamp = start_timestamp + interval '40 seconds'"""
    )
    asked = ask_podcast(ada, user_preferences={"length_minutes": 6})
    assert asked.json()["estimated_wait_seconds"] == 120


@pytest.mark.parametrize("name", ["", "x" * 256, "caf\u00e9"])
def test_a_correlation_id_is_printable(caller: httpx.Client, name: str) -> None:
    headers = {**new_key(), "X-Workflow-ID": name.encode()}
    answer = caller.post(URL, json={"topic": "x"}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 400
