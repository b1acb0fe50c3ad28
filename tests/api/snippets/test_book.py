"""What the facade keeps of the pool in memory, and for how long."""

import asyncio

import httpx
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from api.snippets import book, view
from api.snippets.book import Shelf
from sql import Command
from tests.agents.sca.seed import seed_cards
from tests.api.conftest import Facade, eventually
from tests.api.snippets.conftest import PATH, Connection


def test_what_was_taken_off_long_ago_is_forgotten(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MOST_GONE", 3)

    async def run(pool: Connection) -> None:
        cards = seed_cards(pool, 8, covers=False)
        shelf = Shelf(None)
        async with AsyncConnectionPool(database_url, open=False) as connections:
            await shelf.refresh(connections, 1, 0)
            assert len(shelf.cards) == 8
            for number, card in enumerate(cards):
                pool.execute(
                    "UPDATE topics_snippets SET state = 'retired' WHERE id = %s", [card.snippet_id]
                )
                await shelf.refresh(connections, shelf.version + 1, 0)
                assert len(shelf.gone) == min(3, number + 1)
            latest = sorted(shelf.gone.values())
            assert list(shelf.gone) == [each.snippet_id for each in cards[5:]]
            assert shelf.since == latest[0] - 1
            assert shelf.newer(shelf.since) == list(zip(latest, shelf.gone, strict=True))

    with psycopg.connect(database_url, autocommit=True) as pool:
        asyncio.run(run(pool))


def test_how_often_it_was_shown_moves_a_card_in_a_facade_that_runs(
    ada: httpx.Client, pool: Connection, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = seed_cards(pool, 4)
    first, *_, last = (each["snippet_id"] for each in ada.get(PATH).json()["snippets"])
    pool.execute("UPDATE topics_snippets SET shown = 5000 WHERE id = %s", [first])
    pool.execute(
        "UPDATE topics_snippets SET spread = 9 WHERE id = %s",
        [next(each.topic_id for each in cards if str(each.snippet_id) == last)],
    )
    page = ada.get(PATH, params={"limit": 5}).json()["snippets"]
    assert (page[0]["snippet_id"], page[-1]["spread"]) == (first, 1)  # for some minutes
    monkeypatch.setattr(view, "RANKED_SECONDS", 1)

    def is_ranked_anew() -> bool:
        page = ada.get(PATH).json()["snippets"]
        spread = {each["snippet_id"]: each["spread"] for each in page}
        return (page[-1]["snippet_id"], spread[last]) == (first, 9)

    eventually(is_ranked_anew)


def test_one_more_who_tells_a_story_stands_on_its_card_at_once(
    ada: httpx.Client, pool: Connection
) -> None:
    card = seed_cards(pool, 2)[1]
    before = ada.get(PATH)
    met = {"topic_ids": [card.topic_id]}
    pool.execute(
        """INSERT INTO topic_sources (source_id, topic_id, position, kind, title, publisher, body,
               sha256, complete)
           VALUES (gen_random_uuid(), %s, 1, 'feed', 'It again', 'Echo', 'Again.', 'x', false)""",
        [card.topic_id],
    )
    Command("topics/join").run(pool, **met)
    Command("topics/spread_on_cards").run(pool, **met)
    after = ada.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    told = {each["snippet_id"]: each["spread"] for each in after.json()["snippets"]}
    assert told[str(card.snippet_id)] == 2
    version = after.json()["pool"]["version"]
    assert version == before.json()["pool"]["version"] + 1
    Command("topics/spread_on_cards").run(pool, **met)
    assert ada.get(PATH).json()["pool"]["version"] == version
