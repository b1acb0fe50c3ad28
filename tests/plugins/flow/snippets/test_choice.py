"""What is chosen: what leaves the pool, what is wanted of it, what the page begins with."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from plugins.flow.snippets import collect
from plugins.flow.snippets.compose import ComposePageOperator
from plugins.flow.snippets.discover import read_interests
from plugins.settings import flow_settings
from plugins.step.rows import Step
from tests.agents.sca.seed import seed_cards
from tests.plugins.flow.snippets.refreshes import order, step
from tests.plugins.flow.snippets.steps import Connection, make

pytestmark = pytest.mark.usefixtures("empty_pool")


def test_what_leaves_the_pool(connection: Connection, chain: Path) -> None:
    cards = seed_cards(connection, 24, hours_apart=0.1)
    news = {each for each in cards if is_news(connection, each.topic_id)}
    assert collect.retire(connection) == 0
    old, lasting = next(iter(news)), next(each for each in cards if each not in news)
    age(connection, old.snippet_id, 8)
    age(connection, lasting.snippet_id, 8)
    assert collect.retire(connection) == 1
    assert retired(connection) == {old.snippet_id}
    connection.execute("UPDATE topics_snippets SET shown = 41 WHERE id = %s", [lasting.snippet_id])
    assert collect.retire(connection) == 1
    assert retired(connection) == {old.snippet_id, lasting.snippet_id}


def test_what_was_shown_often_stays_where_nothing_fresher_stands(
    connection: Connection, chain: Path
) -> None:
    """Else a page that is looked at much and fed little would lose all it has."""
    for card in seed_cards(connection, 23, hours_apart=0.1):
        connection.execute(
            "UPDATE topic_sources SET kind = 'document' WHERE topic_id = %s", [card.topic_id]
        )
    places = "SELECT id FROM topics_snippets WHERE type = 'snippet' ORDER BY generation_timestamp"
    oldest = {row[0] for row in connection.execute(places).fetchall()[:3]}
    connection.execute("UPDATE topics_snippets SET shown = 41 WHERE type = 'snippet'")
    assert collect.retire(connection) == 3  # behind twenty fresher ones
    assert retired(connection) == oldest
    assert collect.retire(connection) == 0


def test_a_card_somebody_is_at_is_left_for_the_next_time(
    connection: Connection, chain: Path
) -> None:
    [card] = [each for each in seed_cards(connection, 12) if is_news(connection, each.topic_id)][:1]
    age(connection, card.snippet_id, 8)
    with psycopg.connect(flow_settings().database_url) as other:
        other.execute("SELECT FROM topics_snippets WHERE id = %s FOR UPDATE", [card.snippet_id])
        assert collect.retire(connection) == 0
    assert collect.retire(connection) == 1


def is_news(connection: Connection, topic_id: UUID) -> bool:
    query = "SELECT kind <> 'document' FROM topic_sources WHERE topic_id = %s"
    found = connection.execute(query, [topic_id]).fetchone()
    return bool(found and found[0])


def age(connection: Connection, snippet_id: UUID, days: int) -> None:
    connection.execute(
        """UPDATE topics_snippets SET generation_timestamp = now() - make_interval(days => %s)
           WHERE id = %s""",
        [days, snippet_id],
    )


def retired(connection: Connection) -> set[UUID]:
    """The cards that left, each with its topic."""
    rows = connection.execute(
        """SELECT card.id FROM topics_snippets AS topic
           LEFT JOIN topics_snippets AS card
               ON card.topic_id = topic.id AND card.state = 'retired'
           WHERE topic.state = 'retired' AND topic.type = 'topic'"""
    ).fetchall()
    return {row[0] for row in rows}


def test_what_is_liked_and_what_nobody_wants(connection: Connection, chain: Path) -> None:
    users = [like(connection, liked, muted) for liked, muted in (
        (["space", "music"], ["sport"]), (["space"], ["sport", "food"]), ([], ["sport"]),
    )]  # fmt: skip
    assert read_interests(connection, None) == {
        "liked": {"music": 0.333, "space": 0.667}, "muted": ["sport"],
    }  # fmt: skip
    assert read_interests(connection, users[1]) == {
        "liked": {"space": 1.0}, "muted": ["food", "sport"],
    }  # fmt: skip
    assert read_interests(connection, uuid.uuid4()) == {"liked": {}, "muted": []}


def test_who_chose_nothing_has_a_voice(connection: Connection, chain: Path) -> None:
    """Who wants next to nothing takes nothing from the others, and likes for nobody else."""
    one = like(connection, ["space"], ["sport", "food"])
    wish_nothing(connection)
    assert read_interests(connection, None) == {"liked": {"space": 0.5}, "muted": []}
    wish_nothing(connection, one)  # on a second device; the first speaks for this person
    own = {"liked": {"space": 1.0}, "muted": ["food", "sport"]}
    assert read_interests(connection, one) == own
    assert read_interests(connection, None) == {"liked": {"space": 0.5}, "muted": []}


def wish_nothing(connection: Connection, user_id: UUID | None = None) -> None:
    """A session, newer than all others, in which nothing was chosen."""
    connection.execute(
        """WITH person AS (
               INSERT INTO users (user_id, subject)
               VALUES (coalesce(%s, gen_random_uuid()), gen_random_uuid()::text)
               ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING user_id)
           INSERT INTO user_sessions (user_id, token_hash, expires_at, last_seen_at)
           SELECT user_id, sha256(gen_random_uuid()::text::bytea), now() + interval '1 day',
                  now() + interval '1 minute' FROM person""",
        [user_id],
    )


def like(connection: Connection, liked: list[str], muted: list[str]) -> UUID:
    preferences = psycopg.types.json.Jsonb({"liked": liked, "muted": muted})
    found = connection.execute(
        """WITH person AS (
               INSERT INTO users (subject) VALUES (gen_random_uuid()::text) RETURNING user_id)
           INSERT INTO user_sessions (user_id, token_hash, expires_at, preferences)
           SELECT user_id, sha256(gen_random_uuid()::text::bytea), now() + interval '1 day', %s
           FROM person RETURNING user_id""",
        [preferences],
    ).fetchone()
    assert found is not None
    return UUID(str(found[0]))


def test_the_pages_best_are_fresh_and_of_many_kinds(connection: Connection, chain: Path) -> None:
    seed_cards(connection, 12, categories=["music"] * 11 + ["food"])
    [(food,)] = connection.execute(
        "SELECT id FROM topics_snippets WHERE type = 'snippet' AND category = 'food'"
    ).fetchall()
    connection.execute(
        """UPDATE topics_snippets SET generation_timestamp = now() - interval '2 days'
           WHERE id = %s""",
        [food],
    )
    refresh = order(connection)
    step(connection, refresh, "discover", "completed", summary={"topics": []})
    operator = make(ComposePageOperator, "compose")
    standing = Step(uuid.uuid4(), refresh.workflow_id, None, 0, 0, None, datetime.now(UTC), "")
    chosen = operator.compute_inputs(connection, standing)["snippet_ids"]
    assert len(chosen) == 12
    assert chosen.index(str(food)) == 8  # behind a third of the page of one category
