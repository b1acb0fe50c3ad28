"""A card is asked for once, published once, and told anew where there is more to tell."""

import threading
import time
from typing import Any

import psycopg

from agents.idempotency import Completed, Failed
from agents.task import Ending
from sql import Command
from tests.agents.relay import Relay
from tests.agents.sca.cards import ITEMS
from tests.agents.sca.conftest import Craft
from tests.agents.sca.seed import seed_cards
from tests.agents.tda.seed import Seeded, feed_story, seed_topics

Connection = psycopg.Connection[Any]
WAITING = """SELECT pid FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def version_of(connection: Connection) -> int:
    row = connection.execute("SELECT version FROM pool_state").fetchone()
    assert row is not None
    return int(row[0])


def outcomes(connection: Connection) -> list[str]:
    query = "SELECT outcome FROM call_ledger WHERE kind = 'snippet' ORDER BY call_id"
    return [row[0] for row in connection.execute(query).fetchall()]


def cut_off_while_publishing(connection: Connection, craft: Craft, seeded: Seeded) -> Ending:
    """The worker's connection dies in the midst of the transaction that publishes."""
    endings: list[Ending] = []
    worker = threading.Thread(target=lambda: endings.append(craft(seeded)))
    with psycopg.connect(connection.info.dsn, password="") as holder:
        holder.execute("SELECT FROM pool_state FOR UPDATE")
        worker.start()
        for _ in range(400):
            if found := connection.execute(WAITING.encode()).fetchone():
                break
            time.sleep(0.02)
        else:
            raise AssertionError("nothing was about to be published")
        connection.execute("SELECT pg_terminate_backend(%s)", found)
        worker.join(30)
    return endings[0]


def test_what_was_written_before_a_death_is_not_written_again(
    connection: Connection, craft: Craft, relay: Relay
) -> None:
    seeded = seed_topics(connection, [feed_story(*ITEMS[0])])
    ending = cut_off_while_publishing(connection, craft, seeded)
    assert isinstance(ending, Failed)
    assert ending.error["retryable"] is True
    assert connection.execute("SELECT FROM topics_snippets WHERE type = 'snippet'").rowcount == 0
    assert isinstance(craft(seeded), Completed)
    assert len(relay.asked) == 1
    assert outcomes(connection) == ["completed", "reused"]


def test_a_card_that_stands_is_returned_with_nobody_else_up(
    connection: Connection, craft: Craft, relay: Relay
) -> None:
    seeded = seed_topics(connection, [feed_story(*ITEMS[0])])
    first = craft(seeded)
    version = version_of(connection)
    connection.execute("DELETE FROM call_journal")
    relay.shut = True
    again = craft(seeded, key="another refresh")
    assert isinstance(first, Completed)
    assert first == again
    assert version_of(connection) == version


def test_other_material_is_another_telling_under_the_same_id(
    connection: Connection, craft: Craft, relay: Relay
) -> None:
    seeded = seed_topics(connection, [feed_story(*ITEMS[0])])
    first = craft(seeded)
    assert isinstance(first, Completed)
    SET_COVER.run(
        connection, topic_id=seeded.topics[0]["topic_id"], uri=None, cover=None, problem="Refused."
    )
    version = version_of(connection)
    connection.execute(
        """INSERT INTO topic_sources (source_id, topic_id, position, kind, title, publisher, body,
                                      sha256, complete)
           SELECT gen_random_uuid(), topic_id, 1, 'page', title, publisher, body || %s, 'x', true
           FROM topic_sources""",
        (" Corals turn white when the sea is too warm. It is the sixth summer of that kind.",),
    )
    seeded.topics[0]["fingerprint"] = "of more material"
    second = craft(seeded, key="another refresh")
    assert isinstance(second, Completed)
    assert second.result["snippet_id"] == first.result["snippet_id"]
    assert second.result["text_content"] != first.result["text_content"]
    assert second.result["estimated_full_podcast_length"] == 60
    assert len(relay.asked) == 2
    assert version_of(connection) > version
    [row] = connection.execute(
        "SELECT fingerprint, cover_problem FROM topics_snippets WHERE type = 'snippet'"
    ).fetchall()
    assert row == ("of more material", "Refused.")


def test_a_card_that_was_taken_away_comes_back(connection: Connection, craft: Craft) -> None:
    seeded = seed_topics(connection, [feed_story(*ITEMS[0])])
    craft(seeded)
    connection.execute("UPDATE topics_snippets SET state = 'retired', retired_at = now()")
    assert isinstance(craft(seeded, key="another refresh"), Completed)
    rows = connection.execute("SELECT state, retired_at FROM topics_snippets").fetchall()
    assert rows == [("ready", None)] * 2


SET_COVER = Command("snippets/set_cover")
NOTE_PROBLEM = Command("snippets/note_cover_problem")


def test_a_cover_says_nothing_twice_and_a_problem_takes_no_picture_away(
    connection: Connection,
) -> None:
    connection.execute("DELETE FROM topics_snippets")
    [card] = seed_cards(connection, 1)
    read = "SELECT image_url, cover_problem, pool_version FROM topics_snippets WHERE id = %s"

    def row() -> Any:
        return connection.execute(read, (card.snippet_id,)).fetchone()

    before = row()
    seed_cards(connection, 1)
    assert row() == before
    for _ in range(2):
        NOTE_PROBLEM.run(connection, topic_id=card.topic_id, problem="The painter is away.")
        assert row() == (card.image_uri, "The painter is away.", before[2] + 1)
