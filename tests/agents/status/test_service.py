"""Submit, work, poll, cancel: with a real broker, a real worker and the real service."""

import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents import dispatch
from tests.agents.processes import until
from tests.agents.status.conftest import Running


class Poll:
    """A long poll that is under way."""

    def __init__(self, ask: Callable[[], dict[str, Any]]) -> None:
        self._answer: dict[str, Any] = {}
        self._thread = threading.Thread(target=lambda: self._answer.update(ask()))
        self._thread.start()

    @property
    def waits(self) -> bool:
        self._thread.join(0.3)
        return self._thread.is_alive()

    @property
    def answer(self) -> dict[str, Any]:
        self._thread.join(40)
        return self._answer


def submit_held(running: Running, folder: Path) -> uuid.UUID:
    """A task of three calls that is held up before its second one until `go` appears."""
    kwargs = running.kwargs(folder.name, folder=str(folder), calls=3, hold_at=1)
    task_id = dispatch.submit(running.connection, "probe.count", kwargs)
    until((folder / "held").exists)
    return task_id


def test_the_answer_comes_when_the_task_ends(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    poll = Poll(lambda: running.ask(task_id, wait=30))
    assert poll.waits
    (tmp_path / "go").touch()
    assert poll.answer["status"] == "SUCCESS"
    assert poll.answer["result"]["results"] == [0, 1, 4]
    assert poll.answer["progress"] == {"done": 3, "total": 3, "unit": "calls"}
    assert running.ask(task_id) == poll.answer


def test_without_a_wait_the_state_is_told_as_it_is(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    assert running.ask(task_id) == {
        "task_id": str(task_id),
        "status": "STARTED",
        "progress": {"done": 1, "total": 3, "unit": "calls"},
    }
    (tmp_path / "go").touch()
    assert running.ask(task_id, wait=30)["status"] == "SUCCESS"


def test_one_may_wait_for_any_change(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    poll = Poll(lambda: running.ask(task_id, wait=30, wait_for="change"))
    assert poll.waits
    (tmp_path / "go").touch()
    assert poll.answer != {}
    assert poll.answer["progress"]["done"] >= 2


def test_a_change_between_two_polls_is_not_missed(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    place = f"/v1/tasks/{task_id}"
    etag = running.client.get(place).headers["ETag"]
    unchanged = running.client.get(place, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    (tmp_path / "go").touch()
    running.ask(task_id, wait=30)
    changed = running.client.get(
        place, params={"wait": 30, "wait_for": "change"}, headers={"If-None-Match": etag}
    )
    assert changed.json()["status"] == "SUCCESS"


def test_an_error_is_told_with_its_kind(running: Running) -> None:
    kwargs = running.kwargs("a failing key", how="final")
    task_id = dispatch.submit(running.connection, "probe.fail", kwargs)
    assert running.ask(task_id, wait=30) == {
        "task_id": str(task_id),
        "status": "FAILURE",
        "error": {"type": "Refused", "message": "The model refused.", "retryable": False},
    }


def test_cancel_stops_a_running_task(running: Running, tmp_path: Path) -> None:
    kwargs = running.kwargs("a cancelled key", folder=str(tmp_path))
    task_id = dispatch.submit(running.connection, "probe.spin", kwargs)
    until((tmp_path / "running").exists)
    poll = Poll(lambda: running.ask(task_id, wait=30))
    assert dispatch.cancel(running.connection, task_id)
    assert until((tmp_path / "stopped").exists, seconds=5)
    assert (tmp_path / "stopped").read_text() == "Cancelled"
    assert poll.answer["status"] == "REVOKED"


def test_a_task_that_gives_its_slot_back_is_sent_again(running: Running, tmp_path: Path) -> None:
    kwargs = running.kwargs("a deferred key", folder=str(tmp_path))
    task_id = dispatch.submit(running.connection, "probe.defer", kwargs)
    assert running.ask(task_id, wait=30)["result"] == {"attempt": 1}


def test_lost_connections_do_not_cost_an_answer(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    poll = Poll(lambda: running.ask(task_id, wait=30))
    assert poll.waits
    running.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    (tmp_path / "go").touch()
    assert poll.answer["status"] == "SUCCESS"


def test_many_polls_hold_no_connection_each(running: Running, tmp_path: Path) -> None:
    task_id = submit_held(running, tmp_path)
    polls = [Poll(lambda: running.ask(task_id, wait=30)) for _ in range(40)]
    time.sleep(0.5)
    assert running.ask(task_id)["status"] == "STARTED"
    (tmp_path / "go").touch()
    assert {poll.answer["status"] for poll in polls} == {"SUCCESS"}


@pytest.mark.parametrize("task_id", [str(uuid.UUID(int=7)), "no-uuid"])
def test_an_unknown_task_is_a_problem(running: Running, task_id: str) -> None:
    answer = running.client.get(f"/v1/tasks/{task_id}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "There is no such task"


@pytest.mark.parametrize("wait", ["31", "-1", "nan", "soon"])
def test_a_wait_out_of_bounds_is_a_problem(running: Running, wait: str) -> None:
    answer = running.client.get(f"/v1/tasks/{uuid.uuid4()}", params={"wait": wait})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("credentials", ["", "Bearer wrong", "the-service-token", "Bearer ünfug"])
def test_only_services_may_ask(running: Running, credentials: str) -> None:
    answer = running.client.get(
        f"/v1/tasks/{uuid.uuid4()}", headers={b"Authorization": credentials.encode()}
    )
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_alive_and_ready(running: Running) -> None:
    assert running.client.get("/livez").json() == {"status": "alive"}
    ready = until(lambda: (answer := running.client.get("/readyz")).is_success and answer)
    assert ready.json()["checks"] == {"database": True, "broker": True, "queue probe": True}
