"""The pool of cards on the real stack: filled at the start, then by an operator and by a visit.

Each document of the library is a story: some are told after the start, three by the operator's run,
and the rest by the one that a visit orders.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import skia

from agents.tda.groups import group
from agents.tda.material import Material
from agents.tda.stories import Batch
from api.snippets.orders import FIRST_CARDS
from plugins.step.place import derived_workflow
from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document
from tests.acceptance.conftest import Stack
from tests.acceptance.generated import door
from tests.acceptance.killing import Parts, wait_for
from tests.acceptance.test_episode import numbers_and_names

pytestmark = pytest.mark.acceptance

DAG = "/api/v2/dags/snippets"
FRESH_START = 60.0
"""Seconds after a start within which a visit sees cards: the contract, not a measurement."""
PRESSED_FOR = 3
Tables = psycopg.Connection[Any]


def visit(caller: Caller, facade: str = "") -> Document:
    """All that a person is shown."""
    pages: list[Document] = []
    query: Document = {"limit": 20, "ui": False}
    while not pages or query.get("cursor"):
        answer = caller.client.get(f"{facade}/api/v1/snippets", params=query)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        query["cursor"] = pages[-1]["next_cursor"]
    return pages[-1] | {"snippets": [card for page in pages for card in page["snippets"]]}


def settled(caller: Caller) -> Document | None:
    """What is shown once no refresh is at work."""
    shown = visit(caller)
    return None if shown["pool"]["refreshing"] else shown


def ended(caller: Caller, workflow_id: str) -> Document | None:
    """How a refresh ended, if it did."""
    answer = caller.client.get(f"/api/v1/workflows/{workflow_id}")
    assert answer.status_code == 200, answer.text
    told: Document = answer.json()
    return told if told["ended_at"] else None


def made_by(tables: Tables, workflow_id: str) -> set[UUID]:
    """The cards that a refresh made."""
    rows = tables.execute(
        "SELECT id FROM topics_snippets WHERE type = 'snippet' AND workflow_id = %s", [workflow_id]
    )
    return {snippet_id for (snippet_id,) in rows}


def library(tables: Tables) -> int:
    """How many stories there are."""
    row = tables.execute("SELECT count(*) FROM documents").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def first(caller: Caller) -> Document:
    """The first visit: nobody ordered anything, but for the facade itself when all was up."""
    shown: Document = wait_for(
        lambda: found if (found := visit(caller))["snippets"] else None, "a card", FRESH_START
    )
    return shown


@pytest.fixture(scope="module")
def pool(caller: Caller, first: Document) -> Document:
    """All cards of the start, with their covers."""
    shown: Document = wait_for(lambda: settled(caller), "an end of the first refresh")
    return shown


def test_a_visit_soon_after_the_start_shows_cards(first: Document) -> None:
    for card in first["snippets"]:
        assert 1 <= len(card["title"]) <= 80
        assert 2 <= len(card["sentences"]) <= 3
        assert card["text_content"]
    assert first["source"] in ("cache", "generation")


def test_each_card_has_a_cover(caller: Caller, pool: Document) -> None:
    told = ended(caller, pool["workflow_id"])
    assert told is not None
    assert told["status"] == "completed", told
    assert len(pool["snippets"]) == FIRST_CARDS
    for card in pool["snippets"]:
        answer = httpx.get(httpx.URL(caller.facade).join(card["image_url"]))
        assert answer.headers["Content-Type"] == "image/jpeg"
        picture = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(answer.content))
        assert (picture.width(), picture.height()) == (640, 640)
        assert card["cover"]["ink"] in ("light", "dark")


def bodies(tables: Tables) -> dict[str, str]:
    """The words of all sources of all topics."""
    rows = tables.execute("SELECT source_id::text, body FROM topic_sources").fetchall()
    return dict(rows)


def test_every_number_and_name_stands_in_the_cited_words(tables: Tables, pool: Document) -> None:
    words = bodies(tables)
    for card in pool["snippets"]:
        title = {"text": card["title"], "citations": card["title_citations"]}
        for told in (title, *card["sentences"]):
            assert told["citations"], told
            cited = [words[each["source_id"]][each["start"] : each["end"]]
                     for each in told["citations"]]  # fmt: skip
            assert [each["quote"] for each in told["citations"]] == cited
            for token in numbers_and_names(told["text"]):
                assert token in " ".join(cited), (token, told)


def test_an_operators_run_is_adopted_and_everybodys(
    stack: Stack, caller: Caller, stranger: Caller, tables: Tables, pool: Document
) -> None:
    airflow = Airflow(stack)
    body: Document = {"logical_date": None, "conf": {"limit": PRESSED_FOR}}
    pressed = airflow.client.post(f"{DAG}/dagRuns", json=body)
    assert pressed.status_code == 200, pressed.text
    run = pressed.json()["dag_run_id"]
    workflow_id = str(derived_workflow("snippets", run))
    state = partial(airflow.get, f"{DAG}/dagRuns/{run}")
    wait_for(lambda: state()["state"] in ("success", "failed"), "the run's end")
    assert state()["state"] == "success"
    assert state()["note"].startswith(f"**{PRESSED_FOR} cards**: completed.")
    made = made_by(tables, workflow_id)
    assert len(made) == PRESSED_FOR
    for anybody in (caller, stranger):
        told = ended(anybody, workflow_id)
        assert told is not None
        assert (told["status"], told["dag_run_id"]) == ("completed", run)
        assert {UUID(card["snippet_id"]) for card in told["result"]["snippets"]} == made
        seen = {UUID(card["snippet_id"]) for card in visit(anybody)["snippets"]}
        assert made < seen
    owner = "SELECT user_id FROM workflow_instances WHERE workflow_id = %s"
    assert tables.execute(owner, [workflow_id]).fetchall() == [(None,)]


def refreshes(tables: Tables) -> int:
    """How many there were, and are."""
    return len(
        tables.execute("SELECT FROM workflow_instances WHERE dag_id = 'snippets'").fetchall()
    )


@contextmanager
def short(stack: Stack) -> Iterator[str]:
    """One more facade of the stack, which never finds cards enough; its address."""
    settings = {"AETHERCAST_REFRESH_ON_VISIT": "true", "AETHERCAST_POOL_LEAST": "64"}
    with door(stack, **settings) as url:
        yield url


@contextmanager
def unpublished(stack: Stack) -> Iterator[None]:
    """Within the block no card comes into the pool: whoever has written one waits with it."""
    with psycopg.connect(stack.database_url) as holder:
        holder.execute("SELECT FROM pool_state FOR UPDATE")
        yield


def ordered(tables: Tables) -> str | None:
    """The refresh that was ordered last."""
    found = tables.execute("SELECT workflow_id FROM refresh_orders WHERE scope = 'pool'").fetchone()
    return str(found[0]) if found else None


def test_a_kill_of_the_cards_worker_costs_no_card(
    stack: Stack, caller: Caller, tables: Tables, pool: Document
) -> None:
    before = {card["snippet_id"] for card in visit(caller)["snippets"]}
    last, begun = ordered(tables), refreshes(tables)
    waiting = """SELECT FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%topics_snippets%'"""
    with unpublished(stack):
        with short(stack) as facade:
            visit(caller, facade)
            wait_for(lambda: ordered(tables) != last, "an order")
        wait_for(lambda: tables.execute(waiting).rowcount > 1, "cards that are written")
        Parts(stack).kill("worker-cards")
    workflow_id = str(ordered(tables))
    told: Document = wait_for(lambda: ended(caller, workflow_id), "the refresh's end")
    assert told["status"] == "completed", told
    made = set(map(str, made_by(tables, workflow_id)))
    assert len(made) == library(tables) - len(before) > 2
    assert {card["snippet_id"] for card in visit(caller)["snippets"]} == before | made
    assert refreshes(tables) == begun + 1, "more refreshes than were ordered"
    taken_up = "SELECT FROM idempotency_keys WHERE workflow_id = %s AND attempts > 1"
    assert tables.execute(taken_up, [workflow_id]).rowcount > 1, "nothing was interrupted"
    calls = """SELECT FROM call_ledger WHERE workflow_id = %s AND kind = 'snippet'
        AND outcome = 'completed' GROUP BY call_key HAVING count(*) > 1"""
    assert tables.execute(calls, [workflow_id]).rowcount == 0, "a finished call was made again"
    reused = "SELECT FROM call_ledger WHERE workflow_id = %s AND outcome = 'reused'"
    assert tables.execute(reused, [workflow_id]).rowcount > 1


def test_no_two_cards_tell_one_story(tables: Tables, caller: Caller, pool: Document) -> None:
    rows = tables.execute(
        """SELECT o.topic_id::text, o.source_id::text, o.title, o.body, o.publisher, o.published_at
           FROM topic_sources AS o JOIN topics_snippets AS s USING (topic_id)
           WHERE s.type = 'snippet' AND s.state = 'ready' AND s.user_id IS NULL"""
    ).fetchall()
    texts = [
        Material(source_id, "document", title, body, publisher, published_at=published_at)
        for _, source_id, title, body, publisher, published_at in rows
    ]
    stories = group(Batch(texts))
    assert len({topic_id for topic_id, *_ in rows}) == len(visit(caller)["snippets"])
    for members in stories:
        assert len({rows[place][0] for place in members}) == 1, [texts[n].title for n in members]
