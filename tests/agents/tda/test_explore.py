"""Looking further: into a topic's sections, at what is near it, at what somebody asked for."""

import uuid
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.idempotency import Failed
from agents.process import Process
from agents.tda.task import discover_topics
from tests.agents.site import Site
from tests.agents.tda.conftest import Discover, Follow, add_refresh
from tests.agents.tda.papers import Paper, Report, lay
from tests.agents.tda.seed import feed_story, library_stories, seed_topics

Connection = psycopg.Connection[Any]


@pytest.fixture
def user(connection: Connection) -> UUID:
    """Somebody who looks further."""
    user_id = uuid.uuid4()
    connection.execute(
        "INSERT INTO users (user_id, subject) VALUES (%s, %s)", (user_id, str(user_id))
    )
    return user_id


def coffee(connection: Connection) -> dict[str, Any]:
    story = next(one for one in library_stories(16) if "Coffee" in one.head.title)
    return seed_topics(connection, [story]).topics[0]


def test_a_topics_sections_become_topics_of_who_asked(
    connection: Connection, discover: Discover, user: UUID
) -> None:
    parent = coffee(connection)
    flow = add_refresh(connection, user)
    answer = discover(flow, parent_topic_id=parent["topic_id"])
    found = answer["discovered_topics"]
    assert 3 <= len(found) <= 6
    rows = connection.execute(
        "SELECT t.user_id, t.title, t.category, s.document_id, s.complete, s.body, s.publisher"
        " FROM topics_snippets t JOIN topic_sources s ON s.topic_id = t.id"
        " WHERE t.workflow_id = %s",
        (flow,),
    ).fetchall()
    whole = connection.execute(
        "SELECT body, outline FROM topic_sources WHERE topic_id = %s", (parent["topic_id"],)
    ).fetchone()
    assert whole is not None
    headings = {one["text"] for one in whole[1]}
    sections = [row for row in rows if row[3] == "library/coffee"]
    assert len(sections) >= 3
    for owner, title, category, _, complete, body, publisher in sections:
        assert (owner, category, complete) == (user, "food", True)
        assert publisher == "Aethercast library"
        assert title in headings
        assert body.startswith(f"{title}\n\n")
        assert body.removeprefix(f"{title}\n\n") in whole[0]
    again = discover(add_refresh(connection, user), parent_topic_id=parent["topic_id"])
    ids = {one["topic_id"] for one in found}
    assert not ids & {one["topic_id"] for one in again["discovered_topics"]}


def test_what_is_near_is_found_and_the_same_story_is_not(
    connection: Connection, discover: Discover, user: UUID, site: Site, follow: Follow
) -> None:
    told = "The Calder Bridge was closed on Monday after engineers found cracks in two hangers."
    more = " About 38,000 vehicles cross the bridge each day."
    story = feed_story("Calder Bridge closed", told + more, category="architecture")
    parent = seed_topics(connection, [story]).topics[0]
    near = "Engineers in Brixen hang a new bridge from carbon cables. No other bridge in Tyrol has"
    near += " hangers of carbon, and vehicles may cross from May."
    far = "Aoi Mori won a prize for piano in Warsaw. The jury heard eighty pianists."
    same = "Engineers found cracks in two hangers, so the Calder Bridge was closed on Monday."
    follow(lay(site, [Paper("Gazette", [
        Report("Carbon cables for a bridge", near), Report("Mori wins", far),
        Report("Cracked bridge", same + " It carries 38,000 vehicles."),
    ])]))  # fmt: skip
    # So long not met that it would not be matched any more.
    connection.execute("UPDATE topics_snippets SET last_seen_at = now() - interval '60 days'")
    flow = add_refresh(connection, user)
    found = discover(flow, parent_topic_id=parent["topic_id"])["discovered_topics"]
    titles = {one["title_suggestion"] for one in found}
    assert "Carbon cables for a bridge" in titles
    assert not titles & {"Mori wins", "Cracked bridge"}


def test_a_query_finds_what_discusses_it(
    connection: Connection, discover: Discover, user: UUID, site: Site, follow: Follow
) -> None:
    report = Report(
        "Coffee dearer after frost",
        "Frost in Minas Gerais made coffee dearer. Roasters in Trieste pay a third more for beans.",
    )
    other = Report("Bridge closed", "The bridge is closed. Cracks were found in two hangers of it.")
    follow(lay(site, [Paper("Ledger", [report, other])]))
    found = discover(add_refresh(connection, user), query="the history of coffee")
    titles = {one["title_suggestion"] for one in found["discovered_topics"]}
    assert {"How Coffee Conquered the World", "Coffee dearer after frost"} <= titles
    assert "Bridge closed" not in titles
    owners = connection.execute("SELECT DISTINCT user_id FROM topics_snippets").fetchall()
    assert owners == [(user,)]
    nothing = discover(add_refresh(connection, user), query="quantum chromodynamics")
    assert nothing["discovered_topics"] == []


def test_what_everybody_has_already_is_not_made_again_for_one(
    connection: Connection, discover: Discover, user: UUID
) -> None:
    shared = coffee(connection)
    found = discover(add_refresh(connection, user), query="coffee")
    titles = {one["title_suggestion"] for one in found["discovered_topics"]}
    assert shared["title_suggestion"] not in titles
    assert titles


def test_what_one_explored_hides_nothing_from_another(
    connection: Connection, discover: Discover, user: UUID
) -> None:
    discover(add_refresh(connection, user), query="coffee")
    shared = discover(limit=64)["discovered_topics"]
    assert "How Coffee Conquered the World" in {one["title_suggestion"] for one in shared}


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_a_topic_that_is_not_there_or_anothers_is_unknown(
    connection: Connection, process: Process, user: UUID, whose: str
) -> None:
    other = uuid.uuid4()
    connection.execute("INSERT INTO users (user_id, subject) VALUES (%s, 'other')", (other,))
    theirs = seed_topics(connection, library_stories(1), other).topics[0]["topic_id"]
    kwargs = {
        "idempotency_key": whose, "workflow_id": str(add_refresh(connection, user)),
        "parent_topic_id": theirs if whose == "another's" else str(uuid.uuid4()),
    }  # fmt: skip
    ending = discover_topics.perform(process, None, kwargs)
    assert isinstance(ending, Failed)
    assert (ending.error["type"], ending.error["retryable"]) == ("UnknownTopic", False)
