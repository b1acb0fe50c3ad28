"""A service that is told to stop lets nobody wait for nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psutil
import psycopg

from agents import dispatch
from tests.agents.processes import Stack, until

Connection = psycopg.Connection[Any]


def held_connections(pid: int, port: int | None) -> int:
    """How many callers a service has let in."""
    held = psutil.Process(pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port for one in held)


def test_a_long_poll_is_answered_when_the_service_stops(
    connection: Connection, stack: Stack, workflow_id: UUID
) -> None:
    kwargs = {"idempotency_key": "the key", "workflow_id": str(workflow_id)}
    task_id = dispatch.submit(connection, "probe.count", kwargs)
    with stack.status() as status, ThreadPoolExecutor(4) as threads:
        polls = [threads.submit(status.get, f"/v1/tasks/{task_id}?wait=30") for _ in range(4)]
        (service,) = stack.children
        until(lambda: held_connections(service.pid, status.base_url.port) == 4)
        time.sleep(1)  # for what came over them to be read
        assert not any(poll.done() for poll in polls)
        service.terminate()
        answers = [poll.result(20) for poll in polls]
        service.wait(20)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["status"] for answer in answers} == {"PENDING"}
