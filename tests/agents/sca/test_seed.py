"""What everybody's tests build on is itself in order."""

from typing import Any

import psycopg

from tests.agents.sca.seed import seed_cards

Connection = psycopg.Connection[Any]


def test_seeded_cards_stand_in_the_pool_and_cite_their_sources(connection: Connection) -> None:
    cards = seed_cards(connection, 14)
    assert len({card.snippet_id for card in cards}) == len({card.title for card in cards}) == 14
    spans = connection.execute(
        """SELECT s.title, sentence->>'text', substr(b.body, (c->>'start')::int + 1,
                  (c->>'end')::int - (c->>'start')::int)
           FROM topics_snippets s, jsonb_array_elements(s.sentences) sentence,
                jsonb_array_elements(sentence->'citations') c
           JOIN topic_sources b ON b.source_id = (c->>'source_id')::uuid
           WHERE s.type = 'snippet'"""
    ).fetchall()
    assert len(spans) >= 28
    assert all(text == cited for _, text, cited in spans)
    count, newest, version = connection.execute(
        """SELECT count(*), max(s.pool_version), (SELECT version FROM pool_state)
           FROM topics_snippets s JOIN media_objects m ON m.uri = s.image_url
           WHERE s.type = 'snippet' AND s.state = 'ready'"""
    ).fetchone()  # type: ignore[misc]
    assert (count, newest) == (14, version)
    again = seed_cards(connection, 14)
    assert again == cards
    assert connection.execute("SELECT version FROM pool_state").fetchone() == (version,)
