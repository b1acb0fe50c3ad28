"""The steps of a refresh with real agents: the writer's part is laid down, since it needs AIMS."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from agents.wcha.library.shelf import load_library
from plugins.flow import run_listener
from plugins.flow.describe import describe_run
from plugins.flow.snippets import collect
from plugins.flow.snippets.card import CardStep
from plugins.flow.snippets.collect import CollectCardsOperator
from plugins.flow.snippets.compose import ComposePageOperator
from plugins.flow.snippets.craft import CraftSnippetOperator
from plugins.flow.snippets.discover import DiscoverTopicsOperator, read_interests
from plugins.flow.snippets.finish import FinishRefreshOperator
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.settings import flow_settings
from plugins.step.operator import StepOperator
from plugins.step.place import derived_workflow
from plugins.step.rows import Step
from plugins.step.workflows import close
from tests.agents.processes import Stack
from tests.agents.sca.seed import seed_cards
from tests.conftest import stop
from tests.plugins.flow.podcasts import row_of
from tests.plugins.flow.snippets.refreshes import Ordered, order, step, tell
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]
PARAMS = {"query": None, "limit": 3, "parent_topic_id": None, "hurry": True}


@pytest.fixture(scope="module")
def agents(chain: Path) -> Iterator[None]:
    """TDA, IGA and DUIA at work, and a library to look in."""
    with psycopg.connect(flow_settings().database_url, autocommit=True) as connection:
        load_library(connection)
        stack = Stack(dict(os.environ), chain)
        modules = "agents.tda.task,agents.iga.task,agents.duia.task"
        stack.worker(modules, "tda,iga,duia", 4)
        yield
        for child in stack.children:
            stop(child, signal.SIGKILL)  # nothing is at work, and a warm shutdown takes seconds
        empty(connection)


@pytest.fixture(autouse=True)
def _empty_pool(connection: Connection) -> None:
    empty(connection)


def empty(connection: Connection) -> None:
    """No card, no topic, and nobody at work at any."""
    for table in ("topics_snippets", "pages", "refresh_orders", "user_sessions"):
        connection.execute(f"DELETE FROM {table}".encode())


def make(kind: type[StepOperator], task_id: str, **more: Any) -> Any:
    with DAG(dag_id="snippets"):
        return kind(task_id=task_id, **more)


def run_of(refresh: Ordered) -> Run:
    return Run(run_id=refresh.run_id, conf=refresh.conf, params=PARAMS)


def do(run: Run, operator: BaseOperator, map_index: int = -1, try_number: int = 1) -> Any:
    assert isinstance(operator, StepOperator)
    return operator.execute(run.attempt(operator, map_index=map_index, try_number=try_number))


def discover(run: Run) -> Any:
    return do(run, make(DiscoverTopicsOperator, "discover", wait_seconds=20))


def finish(run: Run) -> Any:
    return do(run, make(FinishRefreshOperator, "finish"))


def ended(connection: Connection, workflow_id: UUID) -> tuple[Any, ...]:
    found = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    return found["overall_status"], found["error_message"]


@pytest.mark.usefixtures("agents")
def test_one_bad_topic_costs_one_card(connection: Connection) -> None:
    refresh = order(connection)
    run = run_of(refresh)
    topics = discover(run)
    assert len(topics) == 3
    assert all(set(each) == {"topic_id", "title_suggestion", "keywords", "fingerprint"}
               for each in topics)  # fmt: skip
    planned = connection.execute(
        "SELECT airflow_task_id FROM task_instances WHERE workflow_id = %s AND status = 'pending'",
        [refresh.workflow_id],
    ).fetchall()
    assert {name for (name,) in planned} == {"collect", "compose", "finish"}
    for place in (0, 2):
        tell(connection, topics[place])
        inputs = {"topic_id": topics[place]["topic_id"]}
        step(connection, refresh, "card.craft", "completed", map_index=place, inputs=inputs)
        painted = do(run, make(PaintCardOperator, "card.cover", wait_seconds=20), place)
        assert set(painted) == {"image_url", "width", "height", "ink"}
    step(connection, refresh, "card.craft", "failed", map_index=1, error="Too little text.",
         inputs={"topic_id": topics[1]["topic_id"]})  # fmt: skip
    assert do(run, make(CollectCardsOperator, "collect")) == {
        "cards": 2, "failed": 1, "without_cover": 0, "retired": 0,
    }  # fmt: skip
    page = do(run, make(ComposePageOperator, "compose", wait_seconds=20))
    assert page["cards"] == 2
    assert finish(run)["status"] == "completed_with_errors"
    workflow = row_of(connection, "workflow_instances", "workflow_id", refresh.workflow_id)
    assert workflow["error_message"] == "1 topic gave no card: Too little text."
    result = workflow["context_data"]["result"]
    assert len(result["snippets"]) == 2
    assert result["failed"] == [{"topic_id": topics[1]["topic_id"], "reason": "Too little text."}]
    failed = row_of(connection, "topics_snippets", "id", topics[1]["topic_id"])
    assert (failed["state"], failed["problem"]) == ("failed", "Too little text.")
    cards = connection.execute(
        "SELECT cover ->> 'width', image_url FROM topics_snippets WHERE type = 'snippet'"
    ).fetchall()
    assert [width for width, _ in cards] == ["640", "640"]
    note = describe_run(connection, refresh.workflow_id)
    assert note is not None
    assert note.startswith("**2 cards, 1 topic without a card**: completed with errors.")


@pytest.mark.usefixtures("agents")
def test_a_cover_again_is_the_same_cover_and_changes_nothing(connection: Connection) -> None:
    refresh = order(connection)
    run = run_of(refresh)
    topics = discover(run)
    tell(connection, topics[0])
    cover = make(PaintCardOperator, "card.cover", wait_seconds=20)
    first = do(run, cover, 0)
    version = connection.execute("SELECT version FROM pool_state").fetchone()
    other = order(connection)
    step(connection, other, "discover", "completed", summary={"topics": topics})
    assert do(run_of(other), make(PaintCardOperator, "card.cover", wait_seconds=20), 0) == first
    assert connection.execute("SELECT version FROM pool_state").fetchone() == version


def test_a_card_without_its_cover_says_so(connection: Connection, chain: Path) -> None:
    [card] = seed_cards(connection, 1, covers=False)
    refresh = order(connection)
    topic = {"topic_id": str(card.topic_id), "title_suggestion": "T", "keywords": []}
    step(connection, refresh, "discover", "completed", summary={"topics": [topic]})
    operator = make(PaintCardOperator, "card.cover", deadline=timedelta(0))
    with pytest.raises(AirflowFailException):
        do(run_of(refresh), operator, 0)
    told = row_of(connection, "topics_snippets", "id", card.snippet_id)
    assert told["cover_problem"] == "The cover could not be painted."
    assert told["state"] == "ready"


def test_a_card_has_its_topic_by_its_index(connection: Connection, chain: Path) -> None:
    refresh = order(connection)
    topics = [
        {"topic_id": str(uuid.uuid4()), "title_suggestion": f"Story {n}", "keywords": [str(n)],
         "fingerprint": "f"}
        for n in range(2)
    ]  # fmt: skip
    step(connection, refresh, "discover", "completed", summary={"topics": topics})
    standing = Step(uuid.uuid4(), refresh.workflow_id, None, 0, 0, None, datetime.now(UTC), "")
    for place, topic in enumerate(topics):
        craft = make(CraftSnippetOperator, "card.craft")
        craft.place = {"map_index": place}
        assert craft.compute_inputs(connection, standing) == topic
    cover: CardStep = make(PaintCardOperator, "card.cover")
    cover.place = {"map_index": 2}
    with pytest.raises(Exception, match="no topic"):
        cover.read_topic(connection, standing)


# Runs of Airflow's own


@pytest.mark.usefixtures("agents", "airflow_says")
@pytest.mark.parametrize(
    ("run_type", "reason"), [("scheduled", "schedule"), ("manual", "operator")]
)
def test_a_run_that_airflow_began_is_everybodys(
    connection: Connection, run_type: str, reason: str
) -> None:
    run = Run(params=PARAMS, run_type=run_type, triggered_by="ada")
    assert len(discover(run)) == 3
    workflow_id = derived_workflow("snippets", run.run_id)
    adopted = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    assert adopted["user_id"] is None
    assert adopted["trigger_event_type"] == "snippets_refresh"
    assert adopted["trigger_event_details"]["reason"] == reason
    [claimed] = connection.execute("SELECT scope, workflow_id FROM refresh_orders").fetchall()
    assert claimed == ("pool", workflow_id)
    assert len(discover(run)) == 3  # another attempt goes on


@pytest.mark.usefixtures("airflow_says")
def test_a_run_beside_another_looks_for_nothing_and_ends_well(connection: Connection) -> None:
    standing = order(connection)
    connection.execute(
        "INSERT INTO refresh_orders (scope, workflow_id, not_before) VALUES ('pool', %s, now())",
        [standing.workflow_id],
    )
    seed_cards(connection, 1)
    run = Run(params=PARAMS, run_type="scheduled")
    assert discover(run) == []
    assert do(run, make(CollectCardsOperator, "collect"))["retired"] == 0
    with pytest.raises(AirflowSkipException, match="Another refresh"):
        do(run, make(ComposePageOperator, "compose"))
    assert finish(run)["status"] == "completed"
    workflow_id = derived_workflow("snippets", run.run_id)
    assert ended(connection, workflow_id) == ("completed", None)
    note = describe_run(connection, workflow_id)
    assert note is not None
    assert "Another refresh is at work" in note


@pytest.mark.usefixtures("airflow_says")
def test_an_ordered_run_that_is_cleared_beside_another_looks_for_nothing(
    connection: Connection,
) -> None:
    """It had the pool once, and ended; another has it by now."""
    cleared, standing = order(connection), order(connection)
    connection.execute(
        "INSERT INTO refresh_orders (scope, workflow_id, not_before) VALUES ('pool', %s, now())",
        [standing.workflow_id],
    )
    assert discover(run_of(cleared)) == []
    [claimed] = connection.execute("SELECT workflow_id FROM refresh_orders").fetchall()
    assert claimed == (standing.workflow_id,)


# How it ends


def test_a_refresh_of_which_nothing_came_fails(connection: Connection, chain: Path) -> None:
    refresh = order(connection)
    step(connection, refresh, "discover", "failed", error="No database.")
    with pytest.raises(AirflowFailException, match="could not be looked for"):
        finish(run_of(refresh))
    assert ended(connection, refresh.workflow_id) == (
        "failed", "Topics could not be looked for: No database.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "made", "rest"), [(1, True, 60), (1, False, 900), (0, False, 60)]
)
def test_how_long_nobody_need_ask_again(
    connection: Connection, chain: Path, cards: int, made: bool, rest: int
) -> None:
    refresh = order(connection)
    connection.execute(
        "INSERT INTO refresh_orders (scope, workflow_id, not_before) VALUES ('pool', %s, now())",
        [refresh.workflow_id],
    )
    topics = []
    standing = seed_cards(connection, cards)
    if made:
        [card] = standing
        topics = [{"topic_id": str(card.topic_id), "title_suggestion": card.title}]
        inputs = {"topic_id": str(card.topic_id)}
        step(connection, refresh, "card.craft", "completed", map_index=0, inputs=inputs)
    step(connection, refresh, "discover", "completed", summary={"topics": topics})
    finish(run_of(refresh))
    found = connection.execute(
        "SELECT extract(epoch FROM not_before - now())::float8 FROM refresh_orders"
    ).fetchone()
    assert found is not None
    assert rest - 30 < found[0] <= rest


def test_a_refresh_that_lost_its_last_step_leaves_a_sentence(
    connection: Connection, chain: Path
) -> None:
    refresh = order(connection)
    step(connection, refresh, "discover", "failed", error="Gone.")
    told = SimpleNamespace(
        dag_id="snippets", run_id=refresh.run_id, clear_number=0, run_after=datetime.now(UTC),
        get_task_instances=lambda **_: [], note=None,
        dag=SimpleNamespace(dagrun_timeout=timedelta(minutes=15)),
    )  # fmt: skip
    run_listener.on_dag_run_failed(told, "")
    assert ended(connection, refresh.workflow_id) == (
        "failed", "Topics could not be looked for: Gone.",
    )  # fmt: skip
    assert told.note.startswith("**No cards**: failed.")


def test_an_exploration_makes_no_page_for_all(connection: Connection, chain: Path) -> None:
    ada = connection.execute(
        "INSERT INTO users (subject) VALUES (gen_random_uuid()::text) RETURNING user_id"
    ).fetchone()
    assert ada is not None
    seed_cards(connection, 2)
    refresh = order(connection, user_id=ada[0])
    step(connection, refresh, "discover", "completed", summary={"topics": []})
    with pytest.raises(AirflowSkipException, match="one person"):
        do(run_of(refresh), make(ComposePageOperator, "compose"))


def test_an_empty_pool_has_no_page(connection: Connection, chain: Path) -> None:
    refresh = order(connection)
    step(connection, refresh, "discover", "completed", summary={"topics": []})
    with pytest.raises(AirflowSkipException, match="no card"):
        do(run_of(refresh), make(ComposePageOperator, "compose"))


# What leaves the pool, and what is wanted


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


def test_a_cover_somebody_else_ended_is_not_hung_up(
    connection: Connection, chain: Path, airflow_says: Callable[[str], None]
) -> None:
    refresh = order(connection)
    close(connection, refresh.workflow_id, "cancelled", "Cancelled at your request.")
    airflow_says("running")
    with pytest.raises(AirflowFailException, match="cancelled"):
        do(run_of(refresh), make(PaintCardOperator, "card.cover"), 0)
