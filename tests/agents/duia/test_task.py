"""The task composes what is in the tables, keeps it once, and never keeps what does not hold."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from agents.duia.compose import compose
from agents.duia.stored import read_cards, read_labels
from agents.duia.task import compose_page, order_of
from agents.duia.validate import find_faults
from agents.idempotency import Completed, Failed
from tests.agents.core.conftest import Arrive, Record
from tests.agents.sca.seed import Seeded, seed_cards

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def seeded(connection: Connection) -> list[Seeded]:
    connection.execute("DELETE FROM topics_snippets")
    connection.execute("DELETE FROM pages")
    return seed_cards(connection, 3)


def ids_of(cards: list[Seeded]) -> list[str]:
    return [str(card.snippet_id) for card in cards]


def test_a_page_is_a_function_of_its_cards_and_is_kept(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any],
    seeded: list[Seeded],
) -> None:  # fmt: skip
    wanted = list(reversed(ids_of(seeded)))
    ending = arrive(compose_page, record(compose_page, {**asked, "snippet_ids": wanted}))
    assert isinstance(ending, Completed)
    made = ending.result
    assert made["snippets"] == wanted
    assert find_faults(made["ui"]["messages"]) == []
    cards = read_cards(connection, [UUID(each) for each in wanted], None)
    assert compose(order_of(cards, read_labels(connection)), cards) == made["ui"]["messages"]
    kept = connection.execute(
        """SELECT page_id::text, kind, workflow_id::text, catalog, snippet_ids::text[], messages,
                  sha256, pool_version = (SELECT version FROM pool_state) FROM pages"""
    ).fetchall()
    assert kept == [
        (made["page_id"], "landing", asked["workflow_id"], made["ui"]["catalog"], wanted,
         made["ui"]["messages"], made["sha256"], True)
    ]  # fmt: skip


def test_each_sentence_quotes_the_words_it_rests_on(
    connection: Connection, seeded: list[Seeded]
) -> None:
    first = seeded[0]
    card = read_cards(connection, [first.snippet_id], None)[0]
    assert " ".join(each["text"] for each in card["sentences"]) == first.text
    for sentence in card["sentences"]:
        (cited,) = sentence["citations"]
        assert cited["quote"] == sentence["text"]
        assert first.body[cited["start"] : cited["end"]] == cited["quote"]
        assert cited["publisher"]


def test_a_second_generation_finds_its_page(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any],
    seeded: list[Seeded],
) -> None:  # fmt: skip
    order = {**asked, "snippet_ids": ids_of(seeded)}
    first = arrive(compose_page, record(compose_page, order))
    order["idempotency_key"] = "another generation"
    assert arrive(compose_page, record(compose_page, order)) == first
    assert connection.execute("SELECT count(*) FROM pages").fetchone() == (1,)


def test_what_is_gone_retired_or_somebody_elses_is_left_out(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any],
    seeded: list[Seeded],
) -> None:  # fmt: skip
    row = connection.execute("INSERT INTO users (subject) VALUES ('eve') RETURNING user_id")
    hers = seed_cards(connection, 1, first=5, user_id=row.fetchone()[0])  # type: ignore[index]
    connection.execute(
        "UPDATE topics_snippets SET state = 'retired', retired_at = now() WHERE id = %s",
        [seeded[1].snippet_id],
    )
    wanted = [*ids_of(seeded), str(uuid4()), *ids_of(hers), *ids_of(seeded)]
    ending = arrive(compose_page, record(compose_page, {**asked, "snippet_ids": wanted}))
    assert isinstance(ending, Completed)
    assert ending.result["snippets"] == [ids_of(seeded)[0], ids_of(seeded)[2]]


def test_without_a_card_there_is_no_page(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    order = {**asked, "snippet_ids": [str(uuid4())]}
    ending = arrive(compose_page, record(compose_page, order))
    assert isinstance(ending, Failed)
    assert ending.error["retryable"] is False
    assert "None of the cards" in ending.error["message"]


def test_a_page_that_does_not_hold_is_not_kept(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any],
    seeded: list[Seeded],
) -> None:  # fmt: skip
    connection.execute(
        """UPDATE topics_snippets SET cover = '{"width": 1, "height": 1, "ink": "pink"}'
           WHERE id = %s""",
        [seeded[2].snippet_id],
    )
    ending = arrive(compose_page, record(compose_page, {**asked, "snippet_ids": ids_of(seeded)}))
    assert isinstance(ending, Failed)
    assert ending.error["retryable"] is False
    assert "ink" in ending.error["message"]
    assert connection.execute("SELECT count(*) FROM pages").fetchone() == (0,)
