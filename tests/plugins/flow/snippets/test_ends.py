"""How a refresh ends: with no card, beside another, for one person, killed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from plugins.flow import run_listener
from plugins.flow.describe import describe_run
from plugins.flow.snippets.collect import CollectCardsOperator
from plugins.flow.snippets.compose import ComposePageOperator
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.step.place import derived_workflow
from plugins.step.workflows import close
from tests.agents.sca.seed import seed_cards
from tests.plugins.flow.podcasts import row_of
from tests.plugins.flow.snippets.refreshes import order, step
from tests.plugins.flow.snippets.steps import (
    PARAMS,
    Connection,
    discover,
    do,
    ended,
    finish,
    make,
    run_of,
)
from tests.plugins.runs import Run

pytestmark = pytest.mark.usefixtures("empty_pool")


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


def test_an_exploration_that_was_not_gathered_misses_no_page(
    connection: Connection, chain: Path
) -> None:
    bob = connection.execute(
        "INSERT INTO users (subject) VALUES (gen_random_uuid()::text) RETURNING user_id"
    ).fetchone()
    assert bob is not None
    [card] = seed_cards(connection, 1, user_id=bob[0])
    refresh = order(connection, user_id=bob[0])
    topic = {"topic_id": str(card.topic_id), "title_suggestion": card.title}
    step(connection, refresh, "discover", "completed", summary={"topics": [topic]})
    step(connection, refresh, "card.craft", "completed", map_index=0)
    step(connection, refresh, "collect", "failed", error="No database.")
    finish(run_of(refresh))
    assert ended(connection, refresh.workflow_id) == (
        "completed_with_errors", "What became of the cards could not be gathered: No database.",
    )  # fmt: skip


@pytest.mark.usefixtures("airflow_says")
def test_an_outage_is_not_charged_to_the_topics(connection: Connection) -> None:
    """What fails by itself waits longer each time; what failed as a service was away does not."""
    errors = [
        {"type": "AimsUnavailable", "message": "Away.", "retryable": True},
        {"type": "AgentOverdue", "message": "It took longer.", "retryable": False},
        {"type": "NothingToTell", "message": "Too little.", "retryable": False},
        {"type": "Killed", "message": "Killed.", "retryable": True},
    ]
    refresh = order(connection)
    topics = [
        {"topic_id": str(card.topic_id), "title_suggestion": card.title}
        for card in seed_cards(connection, len(errors))
    ]
    connection.execute("DELETE FROM topics_snippets WHERE type = 'snippet'")
    connection.execute("UPDATE topics_snippets SET state = 'discovered', proposals = 9")
    step(connection, refresh, "discover", "completed", summary={"topics": topics})
    for place, error in enumerate(errors):
        step(connection, refresh, "card.craft", "failed", map_index=place, error=error)
    for _ in range(2):  # a repetition changes nothing
        do(run_of(refresh), make(CollectCardsOperator, "collect"))
        charged = [
            row_of(connection, "topics_snippets", "id", UUID(topic["topic_id"])) for topic in topics
        ]
        assert [(row["state"], row["proposals"]) for row in charged] == [
            ("failed", 3), ("failed", 3), ("failed", 9), ("failed", 9),
        ]  # fmt: skip


def test_an_empty_pool_has_no_page(connection: Connection, chain: Path) -> None:
    refresh = order(connection)
    step(connection, refresh, "discover", "completed", summary={"topics": []})
    with pytest.raises(AirflowSkipException, match="no card"):
        do(run_of(refresh), make(ComposePageOperator, "compose"))


def test_a_cover_somebody_else_ended_is_not_hung_up(
    connection: Connection, chain: Path, airflow_says: Callable[[str], None]
) -> None:
    refresh = order(connection)
    close(connection, refresh.workflow_id, "cancelled", "Cancelled at your request.")
    airflow_says("running")
    with pytest.raises(AirflowFailException, match="cancelled"):
        do(run_of(refresh), make(PaintCardOperator, "card.cover"), 0)
