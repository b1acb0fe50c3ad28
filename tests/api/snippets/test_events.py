"""GET /snippets/events: what becomes of the pool, as it happens."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID, uuid4

import httpx

from agents.duia.validate import check_card
from api.snippets.events.kinds import KINDS
from api.snippets.rows import MOST_GONE
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.conftest import Facade
from tests.api.event_stream import Event, read_events
from tests.api.snippets.conftest import PATH, Connection, like, user_of
from tests.conftest import ROOT

EVENTS = f"{PATH}/events"


@contextmanager
def follow(client: httpx.Client, after: object = None, **params: str) -> Iterator[Iterator[Event]]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    with client.stream("GET", EVENTS, headers=headers, params=params) as answer:
        assert answer.status_code == 200, answer.read()
        yield read_events(answer.iter_lines())


def start(pool: Connection, user_id: UUID | None = None) -> UUID:
    """A refresh at work, as an order leaves it."""
    workflow_id = uuid4()
    with pool.transaction():
        pool.execute(
            """INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type,
                   overall_status, dag_id, dag_run_id, triggered_at)
               VALUES (%s, %s, 'snippets_refresh', 'in_progress', 'snippets', %s, now())""",
            [workflow_id, user_id, str(workflow_id)],
        )
        if user_id is None:
            pool.execute("INSERT INTO refresh_orders VALUES ('pool', %s, now(), now())",
                         [workflow_id])  # fmt: skip
    return workflow_id


def end(pool: Connection, workflow_id: UUID) -> None:
    pool.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()
           WHERE workflow_id = %s""",
        [workflow_id],
    )


def retire(pool: Connection, card: Seeded) -> None:
    pool.execute("UPDATE topics_snippets SET state = 'retired', retired_at = now() WHERE id = %s",
                 [card.snippet_id])  # fmt: skip


def test_cards_come_change_and_go(ada: httpx.Client, pool: Connection) -> None:
    [known] = seed_cards(pool, 1)
    version = ada.get(PATH).json()["pool"]["version"]
    with follow(ada, version) as events:
        begin = next(events)
        assert (begin.kind, begin.id, begin.data["status"]) == ("refresh", str(version), None)
        workflow_id = start(pool)
        begun = next(events)
        assert (begun.kind, begun.id) == ("refresh", "")
        assert begun.data["status"] == "GENERATING"
        [new] = seed_cards(pool, 1, first=1, covers=False, workflow_id=workflow_id)
        card = next(events)
        assert (card.kind, card.data["snippet"]["image_url"]) == ("card", None)
        data, component = card.data["ui"]
        value = data["updateDataModel"]["value"]
        check_card(component["updateComponents"]["components"][0], value)
        assert value["title"] == new.title
        seed_cards(pool, 1, first=1)  # its cover
        painted = next(events)
        assert painted.data["snippet"]["snippet_id"] == str(new.snippet_id)
        assert painted.data["snippet"]["image_url"].startswith("http")
        assert int(painted.id) > int(card.id) > version
        end(pool, workflow_id)
        over = next(events)
        assert (over.kind, over.data["status"]) == ("refresh", "COMPLETED")
        assert over.data["workflow_id"] == str(workflow_id)
        retire(pool, known)
        gone = next(events)
        assert (gone.kind, gone.data["snippet_id"]) == ("retired", str(known.snippet_id))
    page = ada.get(PATH).json()
    assert [each["snippet_id"] for each in page["snippets"]] == [str(new.snippet_id)]
    assert int(gone.id) == page["pool"]["version"]


def test_a_stream_goes_on_where_it_broke_off(ada: httpx.Client, pool: Connection) -> None:
    cards = seed_cards(pool, 6, covers=False)
    with follow(ada, 2) as events:
        told = [next(events) for _ in range(5)]
    assert [each.kind for each in told] == ["refresh", *["card"] * 4]
    named = [each.data["snippet"]["snippet_id"] for each in told[1:]]
    assert named == [str(each.snippet_id) for each in cards[2:]]
    with follow(ada, told[3].id) as events:
        assert [next(events).id, next(events).id] == [told[3].id, told[4].id]
    for place in (None, 10**17):  # nothing was seen, or a number that was never given
        with follow(ada, place) as events:
            assert next(events).id == told[4].id
            retire(pool, cards.pop())
            gone = next(events)
            assert gone.kind == "retired"
            told[4].id = gone.id


def test_whoever_was_away_for_long_loads_the_page_anew(ada: httpx.Client, pool: Connection) -> None:
    seed_cards(pool, 1)
    pool.execute(
        """INSERT INTO topics_snippets (id, type, topic_id, title, state)
           SELECT gen_random_uuid(), 'topic', NULL, 'Old', 'retired'
           FROM generate_series(1, %s)""",
        [MOST_GONE + 5],
    )
    pool.execute(
        """INSERT INTO topics_snippets (id, type, topic_id, title, state)
           SELECT gen_random_uuid(), 'snippet', id, 'Old', 'retired'
           FROM topics_snippets WHERE type = 'topic' AND state = 'retired'"""
    )
    version = ada.get(PATH).json()["pool"]["version"]
    for place in (1, version - 51):
        with follow(ada, place) as events:
            assert next(events).kind == "refresh"
            reload = next(events)
            assert (reload.kind, reload.id) == ("reload", str(version))
            assert reload.data["version"] == version
    with follow(ada, version - 50) as events:
        assert [next(events).kind for _ in range(51)] == ["refresh", *["retired"] * 50]


def test_what_is_muted_is_not_told(ada: httpx.Client, pool: Connection) -> None:
    like(ada, muted=["food"])
    with follow(ada, 0) as events:
        assert next(events).kind == "refresh"
        seed_cards(pool, 3, categories=["food", "food", "space"], covers=False)
        assert next(events).data["snippet"]["category"] == "space"
        like(ada, muted=["food", "space"])
        seed_cards(pool, 2, first=3, categories=["space", "food"], covers=False)
        seed_cards(pool, 1, first=5, categories=["music"], covers=False)
        assert next(events).data["snippet"]["category"] == "music"


def test_what_is_muted_meanwhile_is_taken_off_whoever_was_told(
    ada: httpx.Client, pool: Connection
) -> None:
    with follow(ada, 0) as events:
        assert next(events).kind == "refresh"
        [told, other] = seed_cards(pool, 2, categories=["food", "space"], covers=False)
        assert next(events).data["snippet"]["snippet_id"] == str(told.snippet_id)
        assert next(events).data["snippet"]["snippet_id"] == str(other.snippet_id)
        like(ada, muted=["food"])
        rename(pool, told)
        gone = next(events)
        assert (gone.kind, gone.data["snippet_id"]) == ("retired", str(told.snippet_id))
        rename(pool, told)  # gone once is gone
        rename(pool, other)
        assert next(events).data["snippet"]["title"] == "Another"


def test_a_card_that_no_page_takes_any_more_is_taken_off(
    ada: httpx.Client, pool: Connection
) -> None:
    [card] = seed_cards(pool, 1)
    version = ada.get(PATH).json()["pool"]["version"]
    with follow(ada, version) as events:
        assert next(events).kind == "refresh"
        pool.execute(
            """UPDATE topics_snippets SET cover = cover || '{"ink": "pink"}' WHERE id = %s""",
            [card.snippet_id],
        )
        gone = next(events)
        assert (gone.kind, gone.data["snippet_id"]) == ("retired", str(card.snippet_id))


def rename(pool: Connection, card: Seeded) -> None:
    pool.execute("UPDATE topics_snippets SET title = 'Another', cover_problem = now()::text"
                 " WHERE id = %s", [card.snippet_id])  # fmt: skip


def test_of_one_exploration_all_is_told_whenever_it_is_followed(
    ada: httpx.Client, pool: Connection
) -> None:
    mine = user_of(pool, ada, "ada")
    retire(pool, seed_cards(pool, 1, covers=False)[0])
    workflow_id = start(pool, mine)
    cards = seed_cards(pool, 2, first=1, user_id=mine, workflow_id=workflow_id, covers=False)
    end(pool, workflow_id)
    retire(pool, seed_cards(pool, 1, first=4, covers=False)[0])
    for number, place in enumerate((None, 0)):
        with follow(ada, place, workflow_id=str(workflow_id)) as events:
            begin, *told = [next(events) for _ in range(3)]
            assert (begin.id, begin.data["status"]) == ("0", "COMPLETED")
            named = [each.data["snippet"]["snippet_id"] for each in told]
            assert named == [str(each.snippet_id) for each in cards]
            retire(pool, cards[0])
            assert next(events).data["snippet_id"] == str(cards.pop(0).snippet_id)
            cards += seed_cards(pool, 1, first=5 + number, user_id=mine, workflow_id=workflow_id,
                                covers=False)  # fmt: skip
            assert next(events).data["snippet"]["snippet_id"] == str(cards[-1].snippet_id)


def test_an_exploration_is_followed_by_its_owner_alone(
    ada: httpx.Client, bob: httpx.Client, pool: Connection
) -> None:
    mine = user_of(pool, ada, "ada")
    workflow_id = start(pool, mine)
    named = {"workflow_id": str(workflow_id)}
    assert bob.get(EVENTS, params=named).status_code == 404
    assert bob.get(EVENTS, params={"workflow_id": str(uuid4())}).status_code == 404
    with follow(ada, None, **named) as events, follow(bob) as others:
        assert next(events).data["status"] == "GENERATING"
        assert next(others).data["status"] is None
        seed_cards(pool, 1, covers=False)
        [own] = seed_cards(pool, 1, first=1, user_id=mine, workflow_id=workflow_id, covers=False)
        end(pool, workflow_id)
        [common] = seed_cards(pool, 1, first=2, covers=False)
        card, over = next(events), next(events)
        assert card.data["snippet"]["snippet_id"] == str(own.snippet_id)
        assert (over.kind, over.data["status"]) == ("refresh", "COMPLETED")
        seen = [next(others).data["snippet"]["snippet_id"] for _ in range(2)]
        assert str(own.snippet_id) not in seen
        assert seen[1] == str(common.snippet_id)


def test_a_place_that_is_none_and_a_seventeenth_stream_are_refused(
    ada: httpx.Client, facade: Facade
) -> None:
    assert ada.get(EVENTS, headers={"Last-Event-ID": "x"}).status_code == 422
    assert ada.get(EVENTS, params={"workflow_id": "x"}).status_code == 422
    with ExitStack() as stack:
        seats = [stack.enter_context(follow(ada)) for _ in range(facade.settings.events_per_caller)]
        assert {next(each).kind for each in seats} == {"refresh"}
        with ada.stream("GET", EVENTS) as refused:
            assert refused.status_code == 429
            assert refused.headers["Retry-After"] == "5"


def test_every_kind_of_event_is_documented() -> None:
    page = (ROOT / "docs" / "EVENTS.md").read_text(encoding="utf-8")
    pool = page[page.index("## The pool of cards") :]
    assert set(re.findall(r"^- `(\w+)`", pool, re.MULTILINE)) == set(KINDS)
