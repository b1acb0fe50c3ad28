"""The task finds topics, writes them down with all they are told from, and finds them again."""

from typing import Any

import psycopg

from tests.agents.tda.conftest import Discover, add_refresh

Connection = psycopg.Connection[Any]


def test_the_library_alone_fills_a_page(connection: Connection, discover: Discover) -> None:
    answer = discover(limit=12)
    topics = answer["discovered_topics"]
    assert len(topics) == 12
    assert (answer["considered"], answer["stories"], answer["joined"]) == (16, 16, 0)
    assert answer["feeds"] == []
    assert len({topic["category"] for topic in topics}) >= 8
    first = topics[0]
    assert first["potential_sources"][0]["publisher"] == "Aethercast library"
    assert first["potential_sources"][0]["title"] == first["title_suggestion"]
    row = connection.execute(
        "SELECT t.user_id, t.state, t.fingerprint, s.kind, s.complete, s.body, s.outline"
        " FROM topics_snippets t JOIN topic_sources s ON s.topic_id = t.id WHERE t.id = %s",
        (first["topic_id"],),
    ).fetchone()
    assert row is not None
    assert row[:5] == (None, "discovered", first["fingerprint"], "document", True)
    body, outline = row[5], row[6]
    assert body.startswith(f"{first['title_suggestion']}\n\n")
    assert outline
    assert all(body[one["start"] - 2 : one["start"]] == "\n\n" for one in outline)


def test_a_repeated_discovery_finds_what_it_found(
    connection: Connection, discover: Discover
) -> None:
    flow = add_refresh(connection)
    first = discover(flow, limit=5)
    again = discover(flow, limit=5)
    assert first["discovered_topics"] == again["discovered_topics"]


def test_the_next_discovery_finds_something_else(discover: Discover) -> None:
    first = {one["topic_id"] for one in discover(limit=10)["discovered_topics"]}
    second = {one["topic_id"] for one in discover(limit=10)["discovered_topics"]}
    assert (len(first), len(second)) == (10, 6)
    assert not first & second
    assert discover(limit=10)["discovered_topics"] == []
