"""What is compared is bounded, however much stands, and what tells the same is among it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tda.candidates import find_candidates, find_met, find_new
from agents.tda.nearness import nearness
from agents.tda.order import Order
from agents.tda.rows import ShortRow
from agents.tda.settings import DiscoverySettings
from tests.agents.site import Site
from tests.agents.tda.conftest import Discover, Follow
from tests.agents.tda.papers import Paper, Report, lay
from tests.agents.tda.test_discovering import BRIDGE
from tests.agents.tda.test_stories import material, report

Connection = psycopg.Connection[Any]
CALDER = report("Calder Bridge closed over cracks", BRIDGE)
Texts = st.lists(st.frozensets(st.integers(0, 60), max_size=12), max_size=12)


def stand(connection: Connection, number: int, text: dict[str, Any], hours: float) -> UUID:
    """A topic that was met so long ago."""
    row = connection.execute(
        """WITH topic AS (
               INSERT INTO topics_snippets (id, type, title, state, last_seen_at,
                   generation_timestamp, original_topic_details)
               SELECT gen_random_uuid(), 'topic', %(title)s, 'ready', now() - %(age)s,
                   now() - %(age)s, jsonb_build_object('identity', %(url)s::text) RETURNING id)
           INSERT INTO topic_sources (source_id, topic_id, position, kind, url, title, publisher,
               body, sha256)
           SELECT gen_random_uuid(), id, 0, 'feed', %(url)s, %(title)s, 'Elsewhere', %(body)s, ''
           FROM topic RETURNING topic_id""",
        {"title": text["title"], "age": timedelta(hours=hours), "body": f"{text['title']}\n\n"
         f"{text['text']}", "url": f"https://elsewhere.example/{number}"},
    ).fetchone()  # fmt: skip
    assert row is not None
    topic_id: UUID = row[0]
    return topic_id


def stand_many(connection: Connection, count: int) -> list[UUID]:
    """Topics of which none tells what another does, the one met last first."""
    texts = (report(f"Plan {n} in Town{n}", f"Person{n} planned item{n} for Town{n}.")
             for n in range(count))  # fmt: skip
    return [stand(connection, n, text, 1 + n) for n, text in enumerate(texts)]


@pytest.mark.parametrize("count", [40, 160])
def test_what_is_read_does_not_grow_with_what_stands(connection: Connection, count: int) -> None:
    topics = stand_many(connection, count)
    same = stand(connection, 1000, CALDER, 300)
    told = [material(0, CALDER), material(1, report("Plan 38", "Of item38."))]
    bounds = DiscoverySettings(match_newest=20, match_nearest=5)
    order = Order(UUID(int=0))
    read = find_candidates(connection, told, order, bounds).read(connection)
    found = {row.topic_id for row in read}
    assert len(found) <= 20 + 5
    assert {*topics[:20], topics[38], same} <= found


def test_what_was_met_is_read_however_old(connection: Connection) -> None:
    topics = stand_many(connection, 40)
    bounds = DiscoverySettings(match_newest=2, match_nearest=0)
    met = material(0, CALDER)
    met = type(met)(**{**vars(met), "url": "https://elsewhere.example/39"})
    read = find_candidates(connection, [met], Order(UUID(int=0)), bounds).read(connection)
    assert {row.topic_id for row in read} == {*topics[:2], topics[39]}


def test_what_came_meanwhile_is_read_with_what_was_chosen(connection: Connection) -> None:
    bounds = DiscoverySettings(match_newest=2, match_nearest=0)
    topics = stand_many(connection, 4)
    chosen = find_candidates(connection, [], Order(UUID(int=0)), bounds)
    assert {row.topic_id for row in chosen.read(connection)} == set(topics[:2])
    new = stand(connection, 1000, CALDER, 0)
    assert {row.topic_id for row in chosen.read(connection)} == {*topics[:2], new}


def test_an_old_topic_is_not_told_again_among_many(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    """Its reprint in another paper is nearer than all that stand between."""
    stand_many(connection, 30)
    same = stand(connection, 1000, CALDER, 300)
    paper = Paper("Echo", [Report("Bridge shut at Calder", BRIDGE, hours=2)])
    follow(lay(site, [paper]), match_newest=10, match_nearest=2)
    told = discover(limit=30, hurry=True)["discovered_topics"]
    assert str(same) in {topic["topic_id"] for topic in told}
    joined = connection.execute(
        "SELECT count(*) FROM topic_sources WHERE topic_id = %s", [same]
    ).fetchone()
    assert joined == (2,)


def test_a_section_meets_what_its_whole_tells() -> None:
    whole = ShortRow(UUID(int=1), b"", "doc", "doc")
    other = ShortRow(UUID(int=2), b"", "other", "other")
    section = material(0, CALDER)
    section = type(section)(**{**vars(section), "identity": "doc#a", "url": None, "whole": "doc"})
    assert find_met([section], [whole, other]) == {UUID(int=1)}
    assert find_new([section, section], [whole, other]) == [section]


@given(Texts, Texts)
@settings(max_examples=60, deadline=None)
def test_the_nearest_has_the_same_words(
    asked: list[frozenset[int]], held: list[frozenset[int]]
) -> None:
    asked_for = [np.array(sorted(words), np.int32) for words in asked]
    near = nearness(asked_for, [np.array(sorted(words), np.int32) for words in held])
    assert len(near) == len(held)
    for value, words in zip(near, held, strict=True):
        assert -1e-9 <= value <= 1 + 1e-9
        assert (value > 0) == any(words & one for one in asked)
        assert value > 1 - 1e-9 or words not in asked or not words
