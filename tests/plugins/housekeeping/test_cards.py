"""What was on the page goes when its time is over; what somebody listened to stays."""

import uuid
from dataclasses import replace

from tests.plugins.housekeeping.house import DAY, House


def test_a_card_goes_long_after_it_left_the_pool(house: House) -> None:
    image = house.media()
    old = house.card(retired=31 * DAY, image=image)
    kept = [house.card(), house.card(retired=29 * DAY)]
    house.run(
        """INSERT INTO topic_sources (source_id, topic_id, position, kind, title, publisher, body,
                                      sha256)
           VALUES (gen_random_uuid(), %(t)s, 0, 'feed', 'Tea', 'A paper', 'Tea.', '')""",
        t=old,
    )
    assert house.sweep_all() == {"removed card": 1, "marked media object": 1}
    assert set(house.ask("SELECT id FROM topics_snippets WHERE type = 'topic'")) == set(kept)
    assert house.count("topics_snippets") == 4
    assert house.count("topic_sources") == 0
    house.pass_time()
    house.sweep_all()
    assert image not in house.rows() | house.files()


def test_a_card_of_which_an_episode_was_made_stays(house: House) -> None:
    topic = house.card(retired=900 * DAY)
    flow = house.workflow()
    house.podcast(flow, house.empty_stream(flow))
    house.run("UPDATE podcasts SET topic_id = %(t)s", t=topic)
    assert house.sweep_all() == {}


READY = """SELECT topic_id FROM topics_snippets
           WHERE type = 'snippet' AND state = 'ready' ORDER BY generation_timestamp DESC"""


def test_what_one_person_explored_leaves_the_page_when_it_is_old(house: House) -> None:
    ada = house.user()
    new, old = house.card(owner=ada, age=29 * DAY), house.card(owner=ada, age=31 * DAY)
    shared = house.card(age=900 * DAY)
    assert house.sweep_all() == {"removed explored card": 1}
    assert house.ask(READY) == [new, shared]
    assert house.ask("SELECT DISTINCT state FROM topics_snippets WHERE type = 'topic'") == ["ready"]
    house.run("UPDATE topics_snippets SET retired_at = retired_at - interval '31 days'")
    assert house.sweep_all() == {"removed card": 1}
    assert old not in house.ask("SELECT id FROM topics_snippets")


def test_of_what_one_person_explored_the_newest_stay(house: House) -> None:
    ada, bob = house.user(), house.user()
    of_ada = [house.card(owner=ada, age=hours) for hours in range(5)]
    of_bob = [house.card(owner=bob, age=DAY + hours) for hours in range(3)]
    house.limits = replace(house.limits, explored_cards=3)
    assert house.sweep_all() == {"removed explored card": 2}
    assert house.ask(READY) == [*of_ada[:3], *of_bob]


def test_a_topic_without_a_card_goes_when_nobody_finds_it_any_more(house: House) -> None:
    for state, days in (("failed", 31), ("discovered", 31), ("failed", 29)):
        house.run(
            """INSERT INTO topics_snippets (id, type, title, state, last_seen_at)
               VALUES (gen_random_uuid(), 'topic', 'Tea', %(state)s,
                       now() - make_interval(days => %(days)s))""",
            state=state, days=days,
        )  # fmt: skip
    assert house.sweep_all() == {"removed topic": 2}


def test_news_goes_after_its_feed_dropped_it_and_feeds_that_nobody_asks(house: House) -> None:
    for url, days in (("https://one", 1), ("https://gone", 31)):
        house.run(
            """INSERT INTO feeds (url, checked_at)
               VALUES (%(url)s, now() - make_interval(days => %(days)s))""",
            url=url, days=days,
        )  # fmt: skip
    for key, days in (("a", 0), ("b", 13), ("c", 15)):
        house.run(
            """INSERT INTO feed_items (feed_url, item_key, title, body, sha256, last_seen_at)
               VALUES ('https://one', %(key)s, 'Tea', 'Tea.', '',
                       now() - make_interval(days => %(days)s))""",
            key=key, days=days,
        )  # fmt: skip
    assert house.sweep_all() == {"removed feed entry": 1, "removed feed": 1}
    assert house.ask("SELECT item_key FROM feed_items ORDER BY item_key") == ["a", "b"]


def test_the_newest_fifty_pages_stay(house: House) -> None:
    for n in range(53):
        house.page(age=n * DAY)
    assert house.sweep_all() == {"removed page": 3}
    assert house.ask("SELECT min(created_at) > now() - interval '50 days' FROM pages") == [True]


def test_a_refresh_goes_with_its_steps_once_nothing_of_it_stands(house: House) -> None:
    gone = house.refresh()
    told, composed = house.refresh(), house.refresh()
    topic = house.card()
    house.page()
    house.run("UPDATE topics_snippets SET workflow_id = %(w)s WHERE id = %(t)s", w=told, t=topic)
    house.run("UPDATE pages SET workflow_id = %(w)s", w=composed)
    kept = {
        told, composed, house.refresh(ended=29 * DAY), house.refresh(ended=None),
        house.refresh(owner=house.user()), house.workflow(ended=900 * DAY),
    }  # fmt: skip
    house.limits = replace(house.limits, dry_run=True)
    assert house.sweep_all() == {"removed refresh": 1}
    house.limits = replace(house.limits, dry_run=False)
    assert house.sweep_all() == {"removed refresh": 1}
    assert set(house.ask("SELECT workflow_id FROM workflow_instances")) == kept
    for table in ("task_instances", "workflow_versions", "workflow_events"):
        assert gone not in house.ask(f"SELECT workflow_id FROM {table}")
    house.run("DELETE FROM pages")
    assert house.sweep_all() == {"removed refresh": 1}
    assert composed not in house.ask("SELECT workflow_id FROM workflow_instances")


def test_an_order_is_forgotten_after_a_day_unless_somebody_is_at_it(house: House) -> None:
    for scope, flow, age in (
        ("pool", house.workflow(ended=None), 2),
        ("explore/a", house.workflow(), 2),
        ("explore/b", house.workflow(), 0),
        ("explore/c", uuid.uuid4(), 2),
    ):
        house.run(
            """INSERT INTO refresh_orders (scope, workflow_id, ordered_at, not_before)
               VALUES (%(s)s, %(w)s, now() - make_interval(days => %(age)s), now())""",
            s=scope, w=flow, age=age,
        )  # fmt: skip
    assert house.sweep_all() == {"removed refresh order": 2}
    assert house.ask("SELECT scope FROM refresh_orders ORDER BY scope") == ["explore/b", "pool"]
