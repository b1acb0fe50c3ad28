"""One refresh of a scope at a time, however many ask at once."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.snippets import orders
from plugins.flow.snippets import claim
from plugins.flow.snippets.claim import REST, take_over
from plugins.settings import flow_settings
from plugins.step.rows import Connection
from plugins.step.workflows import close

INSERT = """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
            VALUES (%s, 'snippets_refresh', 'snippets', %s)"""


def order(scope: str, rest_seconds: float = 0.0) -> UUID | None:
    """The facade's order; the workflow's id where it was the one."""
    new = orders.Order({"reason": "test"}, scope=scope, rest_seconds=rest_seconds)

    async def claim() -> UUID | None:
        url = flow_settings().database_url
        async with await psycopg.AsyncConnection.connect(url) as connection:
            return await new.claim(connection)

    return new.workflow_id if asyncio.run(claim()) is None else None


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


class Forgetful:
    """Opens a scope; the housekeeping forgets the row before it is held, the first time."""

    def __init__(self, connection: Connection, command: Any) -> None:
        self.connection = connection
        self.command = command
        self.times = 0

    def forget(self) -> None:
        self.times += 1
        if self.times == 1:
            self.connection.execute("DELETE FROM refresh_orders")

    def run(self, connection: Connection, **values: Any) -> None:
        self.command.run(connection, **values)
        self.forget()

    async def arun(self, connection: Any, **values: Any) -> None:
        await self.command.arun(connection, **values)
        self.forget()


@pytest.mark.parametrize("part", [claim, orders])
def test_a_scope_that_is_forgotten_just_now_is_opened_again(
    connection: Connection, scope: str, part: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = order(scope)
    assert old is not None
    close(connection, old, "completed", None)
    monkeypatch.setattr(part, "OPEN_SCOPE", Forgetful(connection, part.OPEN_SCOPE))
    if part is orders:
        assert order(scope) is not None
    else:
        assert take_over(connection, scope, begin(connection))
    assert part.OPEN_SCOPE.times == 2


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
