"""The rules of idempotency keys (IETF draft-ietf-httpapi-idempotency-key-header-07)."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, eventually, new_key

Connection = psycopg.Connection[tuple[Any, ...]]
URL = "/api/v1/podcasts"
BODY = {"topic": "The sea"}


@pytest.mark.parametrize("body", [b'{"topic":"The sea"}', b'{ "topic" : "The\\u0020sea" }'])
def test_the_same_request_again_gets_the_first_answer_byte_for_byte(
    ada: httpx.Client, connection: Connection, body: bytes
) -> None:
    headers = {**new_key(), "X-Workflow-ID": "mine-7", "Content-Type": "application/json"}
    first = ada.post(URL, json=BODY, headers=headers)
    again = ada.post(URL, content=body, headers={**headers, "X-Workflow-ID": "other"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "Retry-After", "X-Workflow-ID", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["X-Workflow-ID"] == "mine-7"
    assert count(connection, "workflow_instances") == 1


def test_the_same_key_for_another_request_is_refused(
    ada: httpx.Client, connection: Connection
) -> None:
    headers = new_key()
    assert ada.post(URL, json=BODY, headers=headers).status_code == 202
    for body in ({"topic": "The land"}, {**BODY, "sources": []}, {"topic": ""}):
        refused = ada.post(URL, json=body, headers=headers)
        assert refused.status_code == 422
        assert refused.json()["type"] == "/problems/idempotency-key-reused"
    text = {"title": "T", "text": "Words"}
    elsewhere = ada.post("/api/v1/sources", json=text, headers=headers)
    assert elsewhere.json()["type"] == "/problems/idempotency-key-reused"
    assert count(connection, "workflow_instances") == 1


def test_a_key_belongs_to_its_caller(caller: httpx.Client, stranger: httpx.Client) -> None:
    headers = new_key()
    first = caller.post(URL, json=BODY, headers=headers)
    second = stranger.post(URL, json={"topic": "Something else"}, headers=headers)
    assert second.status_code == 202
    assert second.json()["podcast_id"] != first.json()["podcast_id"]


@pytest.mark.parametrize(
    ("headers", "status", "problem"),
    [
        ({}, 400, "idempotency-key-missing"),
        ({"X-Idempotency-Key": ""}, 400, "idempotency-key-malformed"),
        ({"X-Idempotency-Key": "k" * 256}, 400, "idempotency-key-malformed"),
        ({"X-Idempotency-Key": "tab\there"}, 400, "idempotency-key-malformed"),
        ({"X-Idempotency-Key": b"caf\xc3\xa9"}, 400, "idempotency-key-malformed"),
        ({"X-Idempotency-Key": "a", "Idempotency-Key": "b"}, 400, "idempotency-key-malformed"),
        ({"X-Idempotency-Key": "a", "Idempotency-Key": "a"}, 202, None),
        ({"Idempotency-Key": "a"}, 202, None),
        ({"X-Idempotency-Key": "k" * 255}, 202, None),
        ({"X-Idempotency-Key": "two words"}, 202, None),
    ],
)
def test_what_a_key_may_be(
    caller: httpx.Client, headers: dict[str, str], status: int, problem: str | None
) -> None:
    answer = caller.post(URL, json=BODY, headers=headers)
    assert answer.status_code == status
    if problem:
        assert answer.json()["type"] == f"/problems/{problem}"


def test_both_header_names_are_one_key(caller: httpx.Client) -> None:
    first = caller.post(URL, json=BODY, headers={"X-Idempotency-Key": "k"})
    again = caller.post(URL, json=BODY, headers={"Idempotency-Key": "k"})
    assert again.content == first.content


def test_what_is_refused_claims_no_key(ada: httpx.Client, connection: Connection) -> None:
    headers = new_key()
    for wrong in ({"topic": ""}, {"topic": "x", "sources": [{"source_id": str(uuid4())}]}):
        assert ada.post(URL, json=wrong, headers=headers).status_code == 422
    assert count(connection, "request_keys") == 0
    assert count(connection, "workflow_instances") == 0
    assert ada.post(URL, json=BODY, headers=headers).status_code == 202


def test_a_key_is_free_again_after_a_day(ada: httpx.Client, connection: Connection) -> None:
    headers = new_key()
    first = ada.post(URL, json=BODY, headers=headers)
    connection.execute("UPDATE request_keys SET expires_at = now()")
    second = ada.post(URL, json={"topic": "The land"}, headers=headers)
    assert second.status_code == 202
    assert second.json()["podcast_id"] != first.json()["podcast_id"]
    again = ada.post(URL, json={"topic": "The land"}, headers=headers)
    assert again.content == second.content


def test_a_racer_waits_for_the_first_and_then_gives_way(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    """The first request is held open here, by a transaction that has claimed the key."""
    ada.get("/api/v1/podcasts/nobody")  # makes ada a user
    facade.settings.key_wait_seconds = 0.3
    headers = new_key()
    with psycopg.connect(facade.settings.database_url) as holder:
        claim_by_hand(holder, headers["X-Idempotency-Key"])
        refused = ada.post(URL, json=BODY, headers=headers)
        holder.rollback()
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/idempotency-key-in-use"
    assert int(refused.headers["Retry-After"]) >= 1
    assert ada.post(URL, json=BODY, headers=headers).status_code == 202


def test_a_racer_gets_the_answer_that_comes_in_time(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    ada.get("/api/v1/podcasts/nobody")
    headers = new_key()
    facade.settings.key_wait_seconds = 20
    with psycopg.connect(facade.settings.database_url) as holder, ThreadPoolExecutor() as threads:
        claim_by_hand(holder, headers["X-Idempotency-Key"])
        racer = threads.submit(ada.post, URL, json=BODY, headers=headers)
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'transactionid'"
        eventually(lambda: connection.execute(waiting).fetchone())
        holder.commit()
        answer = racer.result()
    assert answer.json()["type"] == "/problems/idempotency-key-reused"  # the holder's is another


def test_two_hundred_at_once_make_one_podcast(
    facade: Facade, connection: Connection, airflow: AirflowWire
) -> None:
    headers = new_key()

    def send(client: httpx.Client) -> tuple[int, bytes]:
        answer = client.post(URL, json=BODY, headers=headers)
        return answer.status_code, answer.content if answer.status_code == 202 else b""

    with facade.client() as client, ThreadPoolExecutor(100) as threads:
        answers = Counter(threads.map(send, [client] * 200))
    accepted = [content for status, content in answers if status == 202]
    assert {status for status, _ in answers} <= {202, 409}
    assert len(accepted) == 1
    assert count(connection, "workflow_instances") == 1
    assert count(connection, "podcasts") == 1
    eventually(lambda: airflow.runs)
    assert list(airflow.runs) == [f"podcast__{json.loads(accepted[0])['workflow_id']}"]


def claim_by_hand(connection: Connection, key: str) -> None:
    connection.execute(
        """INSERT INTO request_keys (user_id, request_key, route, fingerprint, status_code, body)
           SELECT user_id, %s, 'x', 'x', 202, '{}' FROM users""",
        [key],
    )


def count(connection: Connection, table: str) -> int:
    row = connection.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()
    assert row is not None
    return int(row[0])
