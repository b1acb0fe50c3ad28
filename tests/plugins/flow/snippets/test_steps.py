"""The steps of a refresh with real agents: the writer's part is laid down, since it needs AIMS."""

import os
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException

from agents.wcha.library.shelf import load_library
from plugins.flow.describe import describe_run
from plugins.flow.snippets.card import CardStep
from plugins.flow.snippets.collect import CollectCardsOperator
from plugins.flow.snippets.compose import ComposePageOperator
from plugins.flow.snippets.craft import CraftSnippetOperator
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.settings import flow_settings
from plugins.step.place import derived_workflow
from plugins.step.rows import Step
from tests.agents.processes import Stack
from tests.agents.sca.seed import seed_cards
from tests.conftest import stop
from tests.plugins.flow.podcasts import row_of
from tests.plugins.flow.snippets.refreshes import order, step, tell
from tests.plugins.flow.snippets.steps import (
    PARAMS,
    Connection,
    discover,
    do,
    empty,
    finish,
    make,
    run_of,
)
from tests.plugins.runs import Run

pytestmark = pytest.mark.usefixtures("empty_pool")


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


@pytest.mark.usefixtures("agents")
def test_a_bare_card_gets_its_picture_from_a_later_refresh(connection: Connection) -> None:
    [card] = seed_cards(connection, 1, covers=False)
    version = row_of(connection, "topics_snippets", "id", card.snippet_id)["pool_version"]
    refresh = order(connection)
    run = run_of(refresh)
    topics = discover(run)
    place = len(topics) - 1
    assert topics[place]["topic_id"] == str(card.topic_id)
    craft = make(CraftSnippetOperator, "card.craft")
    craft.place = {"map_index": place}
    standing = Step(uuid.uuid4(), refresh.workflow_id, None, 0, 0, None, datetime.now(UTC), "")
    told = row_of(connection, "topics_snippets", "id", card.snippet_id)
    # With the fingerprint it was told from, its writer returns it as it stands.
    assert craft.compute_inputs(connection, standing) == {
        "topic_id": str(card.topic_id), "title_suggestion": card.title,
        "keywords": told["keywords"], "fingerprint": told["fingerprint"],
    }  # fmt: skip
    do(run, make(PaintCardOperator, "card.cover", wait_seconds=20), place)
    hung = row_of(connection, "topics_snippets", "id", card.snippet_id)
    assert hung["image_url"] is not None
    assert hung["cover_painted_at"] is not None
    assert hung["pool_version"] > version  # by which open pages hear of it
    for each in range(place):
        tell(connection, topics[each])
        step(connection, refresh, "card.craft", "completed", map_index=each)
    gathered = do(run, make(CollectCardsOperator, "collect"))
    assert (gathered["cards"], gathered["failed"]) == (place, 0)


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
