"""POST /topics/explore: going deeper, for oneself alone."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.agents.sca.seed import seed_cards
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, eventually, new_key
from tests.api.snippets.conftest import like, user_of

PATH = "/api/v1/topics/explore"
NEVER = str(UUID(int=7))
Rows = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def rows(facade: Facade) -> Any:
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        yield connection


def explore(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post(PATH, json=body, headers=new_key())


def end(rows: Rows) -> None:
    """What the flow's last step does."""
    rows.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()
           WHERE end_timestamp IS NULL"""
    )
    rows.execute("UPDATE refresh_orders SET not_before = now()")


def test_what_lies_deeper_is_looked_for_and_belongs_to_who_asked(
    ada: httpx.Client, bob: httpx.Client, rows: Rows, airflow: AirflowWire
) -> None:
    cards = seed_cards(rows, 6)
    topic = cards[2]
    answer = explore(ada, topic_id=str(topic.topic_id), limit=4)
    told = answer.json()
    assert answer.status_code == 202, told
    assert answer.headers["Location"] == f"/api/v1/workflows/{told['workflow_id']}"
    assert (told["status"], told["source"]) == ("GENERATING", "generation")
    assert str(topic.snippet_id) not in {each["snippet_id"] for each in told["snippets"]}
    eventually(lambda: airflow.runs)
    [run] = airflow.runs.values()
    conf = run["conf"]
    assert run["dag_run_id"] == f"snippets__{told['workflow_id']}"
    assert (conf["parent_topic_id"], conf["limit"]) == (str(topic.topic_id), 4)
    assert (conf["hurry"], conf["reason"]) == (True, "explore")
    workflow = ada.get(answer.headers["Location"])
    assert workflow.json()["trigger"] == "snippets_refresh"
    assert bob.get(answer.headers["Location"]).status_code == 404
    seed_cards(rows, 1, first=7, user_id=user_of(rows, ada, "ada"))
    assert len(ada.get("/api/v1/snippets?limit=20").json()["snippets"]) == 7
    assert len(bob.get("/api/v1/snippets?limit=20").json()["snippets"]) == 6


def test_the_same_question_joins_and_another_one_does_not(
    ada: httpx.Client, bob: httpx.Client, rows: Rows
) -> None:
    with ThreadPoolExecutor(8) as askers:
        racing = [askers.submit(explore, ada, query="lighthouses") for _ in range(8)]
        [first] = {answer.result().json()["workflow_id"] for answer in racing}
    assert explore(ada, query="lighthouses", limit=3).json()["workflow_id"] != first
    assert explore(bob, query="lighthouses").json()["workflow_id"] != first
    rows.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()
           WHERE workflow_id = %s""",
        [first],
    )
    ended = explore(ada, query="lighthouses").json()  # a moment ago
    assert (ended["workflow_id"], ended["status"]) == (first, "COMPLETED")
    end(rows)
    assert explore(ada, query="lighthouses").json()["workflow_id"] != first


def test_a_repeated_request_gets_the_first_answer(ada: httpx.Client, rows: Rows) -> None:
    key = new_key()
    answers = [ada.post(PATH, json={"query": "tides"}, headers=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert ada.post(PATH, json={"query": "ebb"}, headers=key).status_code == 422
    row = rows.execute("SELECT count(*) FROM workflow_instances").fetchone()
    assert row == (1,)


def test_nobody_explores_without_end(ada: httpx.Client, bob: httpx.Client, rows: Rows) -> None:
    for number in range(3):
        assert explore(ada, query=f"sea {number}").status_code == 202
    key = new_key()
    refused = ada.post(PATH, json={"query": "sea 4"}, headers=key)
    assert (refused.status_code, refused.json()["quota"]) == (429, "explores")
    assert int(refused.headers["Retry-After"]) > 0
    assert explore(ada, query="sea 2").status_code == 202  # it joins
    assert explore(bob, query="sea 4").status_code == 202
    end(rows)
    assert ada.post(PATH, json={"query": "sea 4"}, headers=key).status_code == 202
    rows.execute(
        """INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,
               dag_run_id, overall_status, end_timestamp)
           SELECT gen_random_uuid(), user_id, 'snippets_refresh', 'snippets', gen_random_uuid(),
                  'completed', now()
           FROM users, generate_series(1, 96) WHERE subject = 'ada'"""
    )
    refused = explore(ada, query="sea 5")
    assert (refused.status_code, refused.json()["quota"]) == (429, "explores")
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400


def test_what_is_near_is_shown_at_once_but_nothing_muted(ada: httpx.Client, rows: Rows) -> None:
    cards = seed_cards(rows, 4)
    near = explore(ada, query=cards[2].title).json()["snippets"]
    assert [each["snippet_id"] for each in near] == [str(cards[2].snippet_id)]
    like(ada, muted=[cards[2].category])
    assert explore(ada, query=f"{cards[2].title} again").json()["snippets"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"query": "x", "topic_id": NEVER}, "#"),
        ({"topic_id": NEVER}, "#/topic_id"),
        ({"topic_id": "x"}, "#/topic_id"),
        ({"topic_id": None}, "#/topic_id"),
        ({"query": ""}, "#/query"),
        ({"query": "…"}, "#/query"),
        ({"query": "x" * 201}, "#/query"),
        ({"query": 7}, "#/query"),
        ({"query": "x", "limit": 0}, "#/limit"),
        ({"query": "x", "limit": -1}, "#/limit"),
        ({"query": "x", "limit": 10_000}, "#/limit"),
        ({"query": "x", "limit": "x"}, "#/limit"),
        ({"query": "x", "limit": 1.5}, "#/limit"),
        ({"query": "x", "mood": "gay"}, "#/mood"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_wrong_is_said(shared: Facade, body: dict[str, Any], pointer: str) -> None:
    with shared.client("explorer") as client:
        answer = client.post(PATH, json=body, headers=new_key())
        assert answer.status_code == 422, answer.text
        assert pointer in [each["pointer"] for each in answer.json()["errors"]]


def test_anothers_topic_is_as_if_it_were_not(
    ada: httpx.Client, bob: httpx.Client, rows: Rows
) -> None:
    [mine] = seed_cards(rows, 1, user_id=user_of(rows, ada, "ada"))
    assert explore(ada, topic_id=str(mine.topic_id)).status_code == 202
    told = explore(bob, topic_id=str(mine.topic_id))
    assert told.status_code == 422
    never = explore(bob, topic_id=NEVER)
    assert told.json() == never.json()
