"""A dispatch is committed before it is sent, and a key has one open dispatch."""

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
import redis

from agents import dispatch
from agents.dispatch import OpenTransaction
from agents.errors import FingerprintMismatch, InvalidRequest, UnknownDispatch
from agents.idempotency import Completed
from tests.agents.conftest import point_to
from tests.agents.core import tasks
from tests.agents.core.conftest import Arrive, Record
from tests.conftest import free_port

Connection = psycopg.Connection[Any]


@pytest.fixture
def kwargs(asked: dict[str, Any]) -> dict[str, Any]:
    return {**asked, "how": "passing"}


def queued(broker: str, queue: str = "probe") -> int:
    with redis.Redis.from_url(broker) as client:
        return int(client.llen(queue))


def test_a_submitted_task_waits_in_its_agents_queue(
    connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    task_id = dispatch.submit(connection, "probe.fail", kwargs)
    row = connection.execute("SELECT task_id, status, queue FROM agent_dispatches").fetchone()
    assert row == (task_id, "PENDING", "probe")
    assert queued(broker) == 1


def test_asking_again_under_an_open_key_sends_nothing(
    connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    first = dispatch.submit(connection, "probe.fail", kwargs)
    assert dispatch.submit(connection, "probe.fail", kwargs) == first
    assert queued(broker) == 1


def test_many_submits_at_once_are_one_dispatch(
    database_url: str, broker: str, kwargs: dict[str, Any]
) -> None:
    start = Barrier(16)

    def submit(_: int) -> UUID:
        with psycopg.connect(database_url, autocommit=True) as connection:
            start.wait()
            return dispatch.submit(connection, "probe.fail", kwargs)

    with ThreadPoolExecutor(16) as callers:
        assert len(set(callers.map(submit, range(16)))) == 1
    assert queued(broker) == 1


def test_the_dispatch_is_committed_whatever_the_connection_does(
    database_url: str, connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    with psycopg.connect(database_url) as manual:
        task_id = dispatch.submit(manual, "probe.fail", kwargs)
        row = connection.execute("SELECT task_id FROM agent_dispatches").fetchone()
        assert row == (task_id,)


def test_a_submit_inside_a_transaction_is_refused(
    connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    with connection.transaction(), pytest.raises(OpenTransaction):
        dispatch.submit(connection, "probe.fail", kwargs)
    assert queued(broker) == 0


def test_a_broker_that_is_away_costs_no_task(
    connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    point_to(f"redis://127.0.0.1:{free_port()}/0")
    task_id = dispatch.submit(connection, "probe.fail", kwargs)
    row = connection.execute("SELECT task_id, status FROM agent_dispatches").fetchone()
    assert row == (task_id, "PENDING")
    assert dispatch.cancel(connection, task_id)


@pytest.mark.parametrize("answered", [False, True])
def test_another_request_under_the_same_key_is_refused_at_the_door(
    connection: Connection,
    broker: str,
    record: Record,
    arrive: Arrive,
    kwargs: dict[str, Any],
    answered: bool,
) -> None:
    task_id = record(tasks.fail, kwargs)
    if answered:
        arrive(tasks.fail, task_id)
    for other in ({**kwargs, "how": "final"}, {**kwargs, "workflow_id": str(uuid.uuid4())}):
        with pytest.raises(FingerprintMismatch):
            dispatch.submit(connection, "probe.fail", other)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"idempotency_key": ""},
        {"idempotency_key": "k" * 256},
        {"idempotency_key": 7},
        {"workflow_id": "no uuid"},
        {"workflow_id": None},
        {"how": uuid.uuid4()},
        {"how": float("nan")},
    ],
)
def test_a_request_that_cannot_be_carried_is_refused(
    connection: Connection, broker: str, kwargs: dict[str, Any], spoilt: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        dispatch.submit(connection, "probe.fail", {**kwargs, **spoilt})


def test_a_task_name_names_its_agent(
    connection: Connection, broker: str, kwargs: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        dispatch.submit(connection, "nobodys", kwargs)


def test_a_cancelled_key_may_be_submitted_again(
    connection: Connection,
    broker: str,
    record: Record,
    arrive: Arrive,
    kwargs: dict[str, Any],
) -> None:
    first = record(tasks.fail, kwargs)
    assert dispatch.cancel(connection, first)
    assert not dispatch.cancel(connection, first)
    second = record(tasks.fail, kwargs)
    assert second != first
    arrive(tasks.fail, second)
    third = record(tasks.fail, kwargs)
    assert arrive(tasks.fail, third) == Completed("recovered")


def test_cancelling_what_nobody_dispatched_is_an_error(connection: Connection) -> None:
    with pytest.raises(UnknownDispatch):
        dispatch.cancel(connection, uuid.uuid4())


def test_the_module_is_light_to_import_and_connects_to_nothing() -> None:
    program = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise AssertionError('connected')\n"
        "socket.socket.connect = refuse\n"
        "import agents.dispatch\n"
        "agents.dispatch.app.finalize()\n"
        "heavy = {'fastapi', 'httpx', 'structlog', 'airflow', 'numpy', 'av'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert loaded.stdout.decode().strip() == "[]"
