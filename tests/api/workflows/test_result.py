"""What a refresh made, where the 202's `Location` leads."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from sql.statements import Command
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade, new_key
from tests.api.snippets.conftest import like, user_of

NOTE_RESULT = Command("refreshes/note_result")
FAILED = {"topic_id": "00000000-0000-0000-0000-000000000009", "reason": "Too little text."}
Rows = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def rows(facade: Facade) -> Iterator[Rows]:
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        yield connection


def note(rows: Rows, workflow_id: str, cards: list[Seeded], **more: Any) -> None:
    """What `collect` writes."""
    kept = {"source": "generation", "snippets": [str(card.snippet_id) for card in cards]}
    NOTE_RESULT.run(rows, workflow_id=workflow_id, result=Jsonb({**kept, "failed": [], **more}))


def ids(result: dict[str, Any]) -> list[str]:
    return [each["snippet_id"] for each in result["snippets"]]


def test_what_an_exploration_made_is_told_to_whose_it_is(
    ada: httpx.Client, bob: httpx.Client, rows: Rows
) -> None:
    answer = ada.post("/api/v1/topics/explore", json={"query": "lighthouses"}, headers=new_key())
    place = answer.headers["Location"]
    assert ada.get(place).json()["result"] is None
    made = seed_cards(rows, 3, user_id=user_of(rows, ada, "ada"))
    note(rows, answer.json()["workflow_id"], made, failed=[FAILED])
    result = ada.get(place).json()["result"]
    assert (result["source"], result["failed"]) == ("generation", [FAILED])
    assert ids(result) == [str(card.snippet_id) for card in made]
    alone = ada.get(f"/api/v1/snippets/{made[0].snippet_id}").json()
    assert result["snippets"][0] == {k: v for k, v in alone.items() if k != "sources"}
    assert "/api/v1/media/" in result["snippets"][0]["image_url"]  # signed, not the store's own
    assert bob.get(place).status_code == 404
    like(ada, muted=[made[1].category])
    rows.execute("UPDATE topics_snippets SET state = 'retired' WHERE id = %s", [made[2].snippet_id])
    assert ids(ada.get(place).json()["result"]) == [str(made[0].snippet_id)]


def test_what_a_refresh_made_is_everybodys_but_nobody_elses_cards(
    ada: httpx.Client, bob: httpx.Client, rows: Rows
) -> None:
    row = rows.execute(
        """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
           VALUES (gen_random_uuid(), 'snippets_refresh', 'snippets', 'snippets__scheduled')
           RETURNING workflow_id"""
    ).fetchone()
    assert row is not None
    shared = seed_cards(rows, 2)
    own = seed_cards(rows, 1, first=4, user_id=user_of(rows, ada, "ada"))
    note(rows, str(row[0]), [*shared, *own])
    told = [ids(each.get(f"/api/v1/workflows/{row[0]}").json()["result"]) for each in (ada, bob)]
    assert [len(each) for each in told] == [3, 2]
    assert told[1] == [str(card.snippet_id) for card in shared]
