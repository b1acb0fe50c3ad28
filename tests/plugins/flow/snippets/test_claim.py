"""One refresh of a scope at a time, however many ask at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest

from plugins.flow.snippets.claim import REST, claim, take_over
from plugins.settings import flow_settings
from plugins.step.rows import Connection
from plugins.step.workflows import close

INSERT = """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
            VALUES (%s, 'snippets_refresh', 'snippets', %s)"""


def order(scope: str, rest_seconds: float = 0.0) -> UUID | None:
    """As the facade does: claim, and insert the workflow; its id where it was the one."""
    workflow_id = uuid.uuid4()
    with psycopg.connect(flow_settings().database_url) as connection:
        if not claim(connection, scope, workflow_id, rest_seconds):
            return None
        connection.execute(INSERT, [workflow_id, str(workflow_id)])
    return workflow_id


def begin(connection: Connection) -> UUID:
    """A run of Airflow's own, adopted."""
    workflow_id = uuid.uuid4()
    connection.execute(INSERT, [workflow_id, str(workflow_id)])
    return workflow_id


@pytest.fixture
def scope() -> str:
    return f"explore/{uuid.uuid4()}"


def test_of_many_at_once_one_wins_and_again_after_its_end(
    connection: Connection, scope: str
) -> None:
    for _ in range(2):
        with ThreadPoolExecutor(16) as threads:
            won = [each for each in threads.map(lambda _: order(scope), range(32)) if each]
        assert len(won) == 1
        assert close(connection, won[0], "completed", None)


def test_a_scope_rests_but_not_for_who_pressed_a_button(connection: Connection, scope: str) -> None:
    first = order(scope, rest_seconds=60)
    assert first is not None
    assert not take_over(connection, scope, begin(connection))
    close(connection, first, "completed", None)
    assert order(scope) is None
    by_hand = begin(connection)
    assert take_over(connection, scope, by_hand)
    assert take_over(connection, scope, by_hand)
    assert order(scope) is None
    REST.run(connection, workflow_id=by_hand, rest_seconds=0)
    assert order(scope) is None
    close(connection, by_hand, "completed", None)
    assert order(scope) is not None


def test_who_ended_does_not_set_the_rest_of_who_came_after(
    connection: Connection, scope: str
) -> None:
    first = order(scope)
    assert first is not None
    close(connection, first, "completed", None)
    second = order(scope)
    assert second is not None
    REST.run(connection, workflow_id=first, rest_seconds=900)
    close(connection, second, "completed", None)
    assert order(scope) is not None
