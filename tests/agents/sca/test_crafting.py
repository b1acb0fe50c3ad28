"""``sca.craft_snippet`` on a real database and a real model service."""

import uuid
from typing import Any
from uuid import UUID, uuid5

import psycopg

from agents.idempotency import Completed, Failed
from agents.pswa.evidence import missing_names, missing_numbers
from tests.agents.sca.conftest import Craft, Relay
from tests.agents.tda.seed import feed_story, library_stories, seed_topics

Connection = psycopg.Connection[Any]
ITEMS = (
    ("Great Barrier Reef suffers worst bleaching on record",
     "Scientists say 91 percent of surveyed reefs in the Great Barrier Reef bleached this summer. "
     "The survey by the Australian Institute of Marine Science covered 719 reefs."),
    ("ECB trims rates",
     "The European Central Bank cut its key rate by a quarter point on Thursday, as inflation fell "
     "below target. Markets had expected the move. Christine Lagarde said the bank was in a good "
     "place."),
)  # fmt: skip


def test_a_card_is_published_with_all_it_rests_on(connection: Connection, craft: Craft) -> None:
    seeded = seed_topics(connection, library_stories(1))
    ending = craft(seeded)
    assert isinstance(ending, Completed)
    made = ending.result
    topic_id = UUID(seeded.topics[0]["topic_id"])
    assert made["snippet_id"] == str(uuid5(topic_id, "snippet"))
    assert made["text_content"] == " ".join(told["text"] for told in made["sentences"])
    assert made["model"] == "grounded-1"
    assert made["estimated_full_podcast_length"] in range(60, 601, 30)
    [row] = connection.execute(
        """SELECT s.title, s.text_content, s.user_id, s.workflow_id, s.state, t.state, s.category,
                  s.fingerprint = t.fingerprint, s.pool_version = p.version
           FROM topics_snippets s JOIN topics_snippets t ON t.id = s.topic_id, pool_state p
           WHERE s.type = 'snippet'"""
    ).fetchall()
    assert row == (
        made["title"], made["text_content"], None, seeded.workflow_id, "ready", "ready",
        made["category"], True, True,
    )  # fmt: skip


def test_every_number_and_name_of_a_card_stands_in_its_span(
    connection: Connection, craft: Craft
) -> None:
    stories = [
        *library_stories(16),
        *(feed_story(*i, url=f"https://a.example/{len(i[0])}") for i in ITEMS),
    ]
    seeded = seed_topics(connection, stories)
    bodies = {
        str(key): text
        for key, text in connection.execute("SELECT source_id, body FROM topic_sources").fetchall()
    }
    for place in range(len(stories)):
        ending = craft(seeded, place)
        assert isinstance(ending, Completed)
        card = ending.result
        title = {"text": card["title"], "citations": card["title_citations"]}
        for told in [title, *card["sentences"]]:
            cited = " ".join(
                bodies[c["source_id"]][c["start"] : c["end"]] for c in told["citations"]
            )
            assert not missing_numbers(told["text"], cited)
            assert not missing_names(told["text"], cited)
            assert " ".join(cited.split()) == told["text"]
        assert 1 <= len(card["title"]) <= 80
        assert 2 <= len(card["sentences"]) <= 3


def test_a_topic_with_nothing_to_say_fails_for_good(
    connection: Connection, craft: Craft, relay: Relay
) -> None:
    seeded = seed_topics(connection, [feed_story("Nothing new", "See the picture above.")])
    ending = craft(seeded)
    assert isinstance(ending, Failed)
    assert (ending.error["type"], ending.error["retryable"]) == ("NothingToTell", False)
    assert connection.execute("SELECT FROM topics_snippets WHERE type = 'snippet'").rowcount == 0
    assert len(relay.asked) == 1


def test_what_one_person_explores_is_nobody_elses_to_tell(
    connection: Connection, craft: Craft
) -> None:
    [(ada,), (eve,)] = connection.execute(
        "INSERT INTO users (subject) VALUES ('ada'), ('eve') RETURNING user_id"
    ).fetchall()
    hers = seed_topics(connection, library_stories(1), ada)
    assert isinstance(craft(hers), Completed)
    [owner] = connection.execute("SELECT user_id FROM topics_snippets WHERE type = 'snippet'")
    assert owner == (ada,)
    theirs = seed_topics(connection, [feed_story(*ITEMS[0])], eve)
    for asked in (theirs.topics[0] | {"topic_id": hers.topics[0]["topic_id"]},
                  theirs.topics[0] | {"topic_id": str(uuid.uuid4())}):  # fmt: skip
        theirs.topics[0] = asked
        ending = craft(theirs, key=asked["topic_id"])
        assert isinstance(ending, Failed)
        assert ending.error["type"] == "UnknownTopic"
