"""The task finds topics, writes them down with all they are told from, and finds them again."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.idempotency import Failed
from agents.process import Process
from agents.sca.store import Material
from agents.tda.task import discover_topics
from sql import Statement
from tests.agents.site import Site
from tests.agents.tda.conftest import Discover, Follow, add_refresh
from tests.agents.tda.papers import Paper, Report, lay
from tests.agents.tda.test_stories import HARD, LABELLED

Connection = psycopg.Connection[Any]
MATERIAL = Statement("snippets/sources", Material)
"""What a card is told from."""


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


def five_papers() -> tuple[list[Paper], dict[str, str]]:
    """The labelled reports as five feeds print them; and of each beginning its story."""
    papers = [Paper(f"Paper {n}") for n in range(5)]
    for reports in (LABELLED, HARD):
        publishers = sorted({one["publisher"] for one in reports})
        for one in reports:
            if one["hours"] is not None:
                paper = papers[publishers.index(one["publisher"]) % 5]
                paper.reports.append(Report(one["title"], one["text"], hours=one["hours"]))
    return papers, {one["text"][:40]: one["story"] for one in [*LABELLED, *HARD]}


def test_no_two_topics_of_five_feeds_tell_one_story(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    papers, stories = five_papers()
    follow(lay(site, papers))
    found: list[dict[str, Any]] = []
    for _ in range(5):
        found += discover(limit=24, hurry=True)["discovered_topics"]
    told = [stories[one["summary"][:40]] for one in found if one["summary"][:40] in stories]
    assert len(told) >= 45
    assert sorted(story for story in set(told) if told.count(story) > 1) == []
    spread = {stories.get(one["summary"][:40]): one["spread"] for one in found}
    assert max(spread[story] for story in ("reef", "bridge", "volcano", "cable")) >= 2
    sources = connection.execute(
        "SELECT topic_id, publisher FROM topic_sources GROUP BY 1, 2 HAVING count(*) > 1"
    ).fetchall()
    assert sources == []


def test_what_may_be_told_already_waits(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    """Two reports in other words are never one topic, nor two at once, but two in time."""
    one, other = (
        Paper(report["publisher"], [Report(report["title"], report["text"], hours=5)])
        for report in HARD if report["story"] == "h-mosaic"
    )  # fmt: skip
    follow(lay(site, [one, other]))
    answer = discover(limit=20, hurry=True)
    (told,) = topics(connection)
    assert (told[2], answer["stories"]) == (1, 18)
    answer = discover(limit=20, hurry=True)
    assert answer["discovered_topics"] == []
    connection.execute("UPDATE topic_sources SET published_at = published_at - interval '3 days'")
    discover(limit=20, hurry=True)
    assert len(topics(connection)) == 2


def test_a_paper_that_numbers_its_entries_has_one_of_them(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    text = "A storm hit Lisbon on Tuesday and tore {0} roofs off. Trams stood still for {0} hours."
    many = [Report(f"Storm hits Lisbon {n}", text.format(n)) for n in range(40)]
    follow(lay(site, [Paper("Gazette", many)]))
    discover(limit=12, hurry=True)
    assert len(topics(connection)) == 1


BRIDGE = (
    "The Calder Bridge was closed on Monday after engineers found cracks in two hangers."
    " About 38,000 vehicles cross the bridge each day."
)
ECHO = (
    "Cracks in two hangers closed the Calder Bridge on Monday, engineers said."
    " Ferries carry commuters in place of the 38,000 vehicles."
)


def topics(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT id, title, spread, state, fingerprint, proposals FROM topics_snippets"
        " WHERE type = 'topic' AND source_name <> 'Aethercast library' ORDER BY id"
    ).fetchall()


def publish_card(connection: Connection, topic_id: UUID, state: str = "ready") -> None:
    connection.execute(
        "INSERT INTO topics_snippets (id, type, topic_id, title, state)"
        " VALUES (gen_random_uuid(), 'snippet', %s, 'A card', %s)",
        (topic_id, state),
    )
    connection.execute("UPDATE topics_snippets SET state = 'ready' WHERE id = %s", (topic_id,))


def newest_card(connection: Connection) -> tuple[int, int]:
    """By how many it is told, and its number in the pool."""
    ((spread, version),) = connection.execute(
        "SELECT spread, pool_version FROM topics_snippets WHERE type = 'snippet'"
    ).fetchall()
    return spread, version


def test_who_reports_later_joins_and_makes_no_second_topic(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    addresses = lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)]),
                           Paper("Echo", [Report("Cracked bridge shut", ECHO)])])  # fmt: skip
    follow(addresses[:1])
    discover(limit=20, hurry=True)
    (before,) = topics(connection)
    publish_card(connection, before[0])
    card = (1, newest_card(connection)[1])
    assert newest_card(connection) == card
    follow(addresses)
    answer = discover(limit=20, hurry=True)
    assert answer["joined"] >= 1
    assert answer["discovered_topics"] == []
    assert newest_card(connection) == (2, card[1] + 1), "whoever looks at it is told"
    discover(limit=20, hurry=True)
    assert newest_card(connection) == (2, card[1] + 1), "but only of what is new"
    (after,) = topics(connection)
    assert (after[0], after[2]) == (before[0], 2)
    assert after[4] == before[4], "a card is not told anew for one more who tells it"


def test_a_topic_whose_card_failed_is_proposed_again_ever_more_rarely(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    follow(lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])]))
    mute = {"muted": ["food", "science"]}

    def ids(**asked: Any) -> list[str]:
        found = discover(limit=20, hurry=True, **asked)["discovered_topics"]
        return [one["topic_id"] for one in found if "Calder" in one["title_suggestion"]]

    (first,) = ids(interests=mute)
    assert ids() == [], "its flow may still be at work"
    connection.execute("UPDATE topics_snippets SET state = 'failed' WHERE id = %s", (first,))
    assert ids() == [first]
    connection.execute("UPDATE topics_snippets SET state = 'failed' WHERE id = %s", (first,))
    assert ids() == [], "the second time not at once"
    connection.execute("UPDATE topics_snippets SET proposed_at = now() - interval '2 minutes'")
    assert ids() == [first]
    publish_card(connection, UUID(first))
    connection.execute("UPDATE topics_snippets SET proposed_at = now() - interval '2 hours'")
    assert ids() == []


def test_a_topic_that_a_dead_flow_left_is_proposed_again(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    follow(lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])]))
    discover(limit=20, hurry=True)
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'failed', end_timestamp = now()"
    )
    again = discover(limit=20, hurry=True)["discovered_topics"]
    assert "Calder Bridge closed" in {one["title_suggestion"] for one in again}


PAGE = "".join(
    f"<p>{BRIDGE} Paragraph {n} of the report says more of the hangers and the ferries.</p>"
    for n in range(6)
)
NAME = "Calder Bridge closed"
WEB = (
    f"<html><head><title>{NAME}</title></head><body><article><h1>{NAME}</h1>{PAGE}</article>"
    "</body></html>"
)


def sources(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT s.kind, s.complete, length(s.body) > 400, s.body LIKE s.title || E'\n\n%%'"
        " FROM topic_sources s WHERE s.kind <> 'document' ORDER BY position"
    ).fetchall()


def test_where_nobody_waits_the_whole_page_is_kept(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    follow(lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])]),
           page_seconds=5)  # fmt: skip
    site.put("/paper0/0", WEB)
    discover(limit=20)
    assert sources(connection) == [("page", True, True, True)]
    assert [one.path for one in site.asked if "robots" in one.path] == ["/robots.txt"]


def test_a_wall_of_cookies_is_not_the_page(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    follow(lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])]),
           page_seconds=5)  # fmt: skip
    wall = "<p>We and our partners store data on your device, and you may say no to some.</p>" * 9
    site.put("/paper0/0", f"<html><body><article>{wall}</article></body></html>")
    discover(limit=20)
    assert sources(connection) == [("feed", False, False, True)]


def test_what_says_too_little_waits_until_its_page_can_be_read(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    short = Report("Calder Bridge closed", "Cracks were found in two hangers of the bridge.")
    follow(lay(site, [Paper("Gazette", [short])]), page_seconds=5)
    discover(limit=20, hurry=True)
    assert topics(connection) == []
    discover(limit=20)
    assert topics(connection) == [], "its page is not there"
    site.put("/paper0/0", WEB)
    discover(limit=20)
    assert [one[1] for one in topics(connection)] == ["Calder Bridge closed"]


def test_a_feed_that_carries_the_whole_text_needs_no_page(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    whole = Report("Calder Bridge closed", BRIDGE, content=PAGE)
    follow(lay(site, [Paper("Gazette", [whole])]), page_seconds=5)
    discover(limit=20)
    assert sources(connection) == [("feed", True, True, True)]
    assert [one.path for one in site.asked] == ["/feed0"]


def test_what_was_found_in_a_hurry_is_made_whole_later_and_once(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    follow(lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])]),
           page_seconds=5)  # fmt: skip
    discover(limit=64, hurry=True)
    (before,) = topics(connection)
    publish_card(connection, before[0])
    site.put("/paper0/0", WEB)
    assert discover(limit=20)["discovered_topics"] == [], "its card stays as it is"
    assert sources(connection) == [("feed", False, False, True), ("page", True, True, True)]
    assert topics(connection)[0][4] == before[4]
    asked = [one.path for one in site.asked]
    connection.execute("DELETE FROM topic_sources WHERE kind = 'page'")
    discover(limit=20)
    assert [one.path for one in site.asked] == asked, "one try is enough"


def test_an_extract_that_becomes_whole_is_told_anew_once(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (url,) = lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])])
    follow([url])
    discover(limit=20, hurry=True)
    (before,) = topics(connection)
    publish_card(connection, before[0])
    lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE, content=PAGE)])])
    connection.execute("UPDATE feeds SET next_check_at = now()")
    answer = discover(limit=20, hurry=True)
    assert [one["topic_id"] for one in answer["discovered_topics"]] == [str(before[0])]
    assert topics(connection)[0][4] != before[4]
    assert sources(connection) == [("feed", False, False, True), ("feed", True, True, True)]
    connection.execute("UPDATE topics_snippets SET state = 'ready' WHERE id = %s", (before[0],))
    assert discover(limit=20, hurry=True)["discovered_topics"] == []


def test_an_entry_that_says_something_else_is_told_anew(
    site: Site, follow: Follow, discover: Discover, connection: Connection
) -> None:
    (url,) = lay(site, [Paper("Gazette", [Report("Calder Bridge closed", BRIDGE)])])
    follow([url], page_seconds=5)
    discover(limit=20, hurry=True)
    (before,) = topics(connection)
    publish_card(connection, before[0])

    def change(title: str, text: str, hurry: bool) -> list[str]:
        lay(site, [Paper("Gazette", [Report(title, text)])])
        connection.execute("UPDATE feeds SET next_check_at = now()")
        answer = discover(limit=20, hurry=hurry)
        connection.execute("UPDATE topics_snippets SET state = 'ready' WHERE id = %s", before[:1])
        return [one["title_suggestion"] for one in answer["discovered_topics"]]

    drill = "The Calder Bridge was never closed, its owner said. The cracks belonged to a drill."
    assert change("Calder Bridge closed", f"{BRIDGE} Ferries are full.", True) == []
    assert change("No cracks in Calder Bridge", drill, False) == ["No cracks in Calder Bridge"]
    (after,) = topics(connection)
    assert (after[0], after[1]) == (before[0], "No cracks in Calder Bridge")
    assert after[4] != before[4]
    told = MATERIAL.all(connection, topic_id=before[0])
    assert [one.title for one in told] == ["No cracks in Calder Bridge"]
    assert change("No cracks in Calder Bridge", drill, True) == []
    assert change("A drill at Calder Bridge", drill, True) == ["A drill at Calder Bridge"]
    assert change("Calder Bridge: a drill, no cracks", drill, True) == [], "not all day long"


def test_what_is_muted_is_never_found_and_what_is_liked_comes_first(discover: Discover) -> None:
    first = discover(
        limit=4, interests={"liked": {"music": 1.0, "nature": 1.0}, "muted": ["food", "history"]}
    )["discovered_topics"]
    assert {one["category"] for one in first[:3]} == {"music", "nature"}
    rest = discover(limit=64, interests={"muted": ["food", "history"]})["discovered_topics"]
    assert not {one["category"] for one in [*first, *rest]} & {"food", "history"}


def test_what_was_shown_often_makes_its_like_less_new(
    connection: Connection, discover: Discover, site: Site, follow: Follow
) -> None:
    whale = "A humpback whale swam from Colombia to Zanzibar, researchers say."
    whale += " No other whale is known to have swum so far."
    song = "Microphones on the sea floor heard a humpback whale sing for an hour."
    song += " The song was heard in three bays of Hawaii."
    addresses = lay(site, [Paper("Notes", [Report("Humpback whale sets record", whale, 60)]),
                           Paper("Post", [Report("Humpback whale sings", song)])])  # fmt: skip
    follow(addresses[:1])
    found = discover(limit=20, hurry=True)["discovered_topics"]
    topic = next(one for one in found if "record" in one["title_suggestion"])
    publish_card(connection, UUID(topic["topic_id"]))
    connection.execute("UPDATE topics_snippets SET shown = 40 WHERE type = 'snippet'")
    follow(addresses)
    discover(limit=20, hurry=True)
    rows = dict(connection.execute("SELECT title, novelty FROM topics_snippets").fetchall())
    assert rows["Humpback whale sets record"] == 1.0
    assert rows["Humpback whale sings"] < 0.95


@pytest.mark.parametrize(
    "flaw",
    [{"limit": 0}, {"limit": 65}, {"limit": "x"}, {"query": ""}, {"parent_topic_id": "no"},
     {"interests": {"liked": []}}, {"interests": {"else": 1}}, {"nonsense": 1}],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_refused_for_good(
    connection: Connection, process: Process, flaw: dict[str, Any]
) -> None:
    kwargs = {"idempotency_key": str(flaw), "workflow_id": str(add_refresh(connection)), **flaw}
    ending = discover_topics.perform(process, None, kwargs)
    assert isinstance(ending, Failed)
    assert ending.error["type"] == "InvalidRequest"
