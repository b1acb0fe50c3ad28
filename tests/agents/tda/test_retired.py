"""What left the pool: known for as long as what stands, and told again when its time has come."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.tda import library
from sql import Command
from tests.agents.site import Site
from tests.agents.tda.conftest import Discover, Follow, add_refresh
from tests.agents.tda.papers import Paper, Report, lay
from tests.agents.tda.test_discovering import BRIDGE, ECHO

Connection = psycopg.Connection[Any]
RETIRE = Command("refreshes/retire_cards")


def publish(connection: Connection, answer: dict[str, Any]) -> set[str]:
    """All that was found has its card, and the flow is over; the topics."""
    ids = {one["topic_id"] for one in answer["discovered_topics"]}
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()"
    )
    connection.execute(
        """WITH told AS (UPDATE topics_snippets SET state = 'ready'
                         WHERE id = ANY(%s::uuid[]) RETURNING id, user_id)
           INSERT INTO topics_snippets (id, type, topic_id, user_id, title, state)
           SELECT gen_random_uuid(), 'snippet', id, user_id, 'A card', 'ready' FROM told""",
        (list(ids),),
    )
    return ids


def retire(connection: Connection) -> int:
    """Everybody's cards leave the pool."""
    return RETIRE.run(connection, most=0, news_seconds=0, shown=40, fresher=20)


def pass_days(connection: Connection, days: int) -> None:
    """Since the cards left; their topics may have been met all the time."""
    connection.execute(
        "UPDATE topics_snippets SET retired_at = retired_at - make_interval(days => %s)", (days,)
    )


def test_a_library_is_told_from_end_to_end_and_then_again(
    connection: Connection, discover: Discover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "MOST", 6)
    found: list[set[str]] = []
    for expected in (6, 6, 4, 0):
        found.append(publish(connection, discover(limit=16)))
        assert len(found[-1]) == expected
        assert retire(connection) == expected
    assert len(set.union(*found)) == 16
    pass_days(connection, 29)
    assert discover(limit=16)["discovered_topics"] == []
    pass_days(connection, 2)
    again = {one["topic_id"] for one in discover(limit=16)["discovered_topics"]}
    assert again == found[0]


def test_news_that_left_the_pool_is_not_told_again_by_another_paper(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    addresses = lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)]),
                           Paper("Echo", [Report("Cracked bridge shut", ECHO)])])  # fmt: skip
    follow(addresses[:1])
    publish(connection, discover(limit=20, hurry=True))
    retire(connection)
    follow(addresses)
    answer = discover(limit=20, hurry=True)
    assert (answer["joined"], answer["discovered_topics"]) == (1, [])


def test_a_topic_somebody_is_at_stays_until_the_next_time(
    connection: Connection, discover: Discover
) -> None:
    [first, *_] = publish(connection, discover(limit=3))
    with psycopg.connect(connection.info.dsn, password="") as writer:
        writer.execute(
            "SELECT FROM topics_snippets WHERE id = %s FOR NO KEY UPDATE", (UUID(first),)
        )
        assert retire(connection) == 2
    assert retire(connection) == 1


def test_what_left_one_persons_page_is_found_again_by_that_one(
    connection: Connection, discover: Discover
) -> None:
    row = connection.execute("INSERT INTO users (subject) VALUES ('ada') RETURNING user_id")
    ada = row.fetchone()
    assert ada is not None
    asked = {"query": "coffee", "limit": 6, "hurry": True}
    found = publish(connection, discover(add_refresh(connection, ada[0]), **asked))
    assert found
    assert retire(connection) == 0
    assert not found & publish(connection, discover(add_refresh(connection, ada[0]), **asked))
    connection.execute(
        "UPDATE topics_snippets SET state = 'retired', retired_at = now() WHERE type = 'snippet'"
    )
    again = discover(add_refresh(connection, ada[0]), **asked)["discovered_topics"]
    assert found & {one["topic_id"] for one in again}
