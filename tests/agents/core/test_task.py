"""A task runs once per key and answers every dispatch of it."""

import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents import attempt, dispatch, idempotency
from agents.call import AgentCall
from agents.dispatch import fingerprint_request
from agents.errors import FenceLost
from agents.hold import Hold
from agents.idempotency import Completed, Failed, Leased, Owned, Request
from agents.process import Process
from agents.renewal import Renewal
from tests.agents.core import tasks
from tests.agents.core.conftest import Arrive, Record
from tests.agents.processes import until

Connection = psycopg.Connection[Any]


def read_dispatch(connection: Connection, task_id: UUID) -> tuple[str, Any]:
    row = connection.execute(
        "SELECT status, error FROM agent_dispatches WHERE task_id = %s", (task_id,)
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def expire_leases(connection: Connection) -> None:
    connection.execute(
        "UPDATE idempotency_keys SET lease_expires_at = clock_timestamp()"
        " WHERE status = 'processing'"
    )


def hold_elsewhere(process: Process, name: str, kwargs: dict[str, Any]) -> Hold:
    """Another worker owns the key."""
    request = Request(
        kwargs["idempotency_key"],
        name,
        UUID(kwargs["workflow_id"]),
        fingerprint_request(name, kwargs),
    )
    owned = attempt.begin(process.pool, None, request, process.settings.terms)
    assert isinstance(owned, Owned)
    return Hold(process.pool, owned.lease, process.settings.terms, None)


def test_the_first_request_runs_for_the_workflows_user(
    connection: Connection,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    task_id = record(tasks.count, {**asked, "folder": str(tmp_path), "calls": 3})
    ending = arrive(tasks.count, task_id)
    assert isinstance(ending, Completed)
    assert ending.result["results"] == [0, 1, 4]
    (user_id,) = connection.execute("SELECT user_id FROM workflow_instances").fetchone() or ("",)
    assert ending.result["user_id"] == str(user_id)
    assert read_dispatch(connection, task_id) == ("SUCCESS", None)


def test_a_completed_key_is_answered_without_running(
    connection: Connection,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    kwargs = {**asked, "folder": str(tmp_path), "calls": 1}
    first = arrive(tasks.count, record(tasks.count, kwargs))
    again = record(tasks.count, kwargs)
    assert arrive(tasks.count, again) == first
    assert (tmp_path / "call-0").read_text() == "made\n"
    assert read_dispatch(connection, again) == ("SUCCESS", None)


def test_where_another_worker_owns_the_key_the_dispatch_shares_its_answer(
    connection: Connection,
    process: Process,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    kwargs = {**asked, "folder": str(tmp_path), "calls": 1}
    elsewhere = hold_elsewhere(process, "probe.count", kwargs)
    task_id = record(tasks.count, kwargs)
    assert isinstance(arrive(tasks.count, task_id), Leased)
    assert read_dispatch(connection, task_id)[0] == "PENDING"
    attempt.complete(elsewhere, "the other's result")
    assert read_dispatch(connection, task_id)[0] == "SUCCESS"
    assert not (tmp_path / "call-0").exists()


def test_a_passing_error_is_told_and_the_same_key_runs_again(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    kwargs = {**asked, "how": "passing"}
    first = record(tasks.fail, kwargs)
    arrive(tasks.fail, first)
    error = {"type": "Overloaded", "message": "The model is overloaded.", "retryable": True}
    assert read_dispatch(connection, first) == ("FAILURE", error)
    second = record(tasks.fail, kwargs)
    assert second != first
    assert arrive(tasks.fail, second) == Completed("recovered")
    assert read_dispatch(connection, first) == ("FAILURE", error)


def test_a_final_error_is_told_again_without_running(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    kwargs = {**asked, "how": "final"}
    arrive(tasks.fail, record(tasks.fail, kwargs))
    second = record(tasks.fail, kwargs)
    assert isinstance(arrive(tasks.fail, second), Failed)
    status, error = read_dispatch(connection, second)
    assert (status, error["type"], error["retryable"]) == ("FAILURE", "Refused", False)


@pytest.mark.parametrize(
    ("how", "named", "retryable"),
    [
        ("lost", "ConnectionError", True),
        ("fault", "KeyError", False),
        ("not json", "TypeError", False),
        ("not storable", "UntranslatableCharacter", False),
    ],
)
def test_an_error_without_an_opinion_is_judged_by_its_kind(
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    how: str,
    named: str,
    retryable: bool,
) -> None:
    ending = arrive(tasks.fail, record(tasks.fail, {**asked, "how": how}))
    assert isinstance(ending, Failed)
    assert (ending.error["type"], ending.error["retryable"]) == (named, retryable)


def test_arguments_are_validated_against_the_signature(
    record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    script_id = str(uuid.uuid4())
    good = {**asked, "script_id": script_id, "words": ["tides"]}
    assert arrive(tasks.echo, record(tasks.echo, good)) == Completed(
        {"script_id": script_id, "words": ["tides"], "loud": False}
    )


@pytest.mark.parametrize("number", [1e22, 1.0, -0.0, 5e-324])
def test_a_request_sent_again_is_the_same_request_whatever_the_database_made_of_its_numbers(
    connection: Connection,
    process: Process,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    number: float,
) -> None:
    kwargs = {**asked, "number": number}
    task_id = record(tasks.echo_number, kwargs)
    hold_elsewhere(process, "probe.echo_number", kwargs)
    assert isinstance(arrive(tasks.echo_number, task_id), Leased)
    expire_leases(connection)
    assert arrive(tasks.echo_number, task_id) == Completed(number)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ["tides"]}, "script_id: Field required"),
        ({"script_id": "no uuid", "words": ["tides"]}, "script_id: "),
        ({"script_id": str(uuid.uuid4()), "words": "tides"}, "words: "),
        ({"script_id": str(uuid.uuid4()), "words": [], "colour": "red"}, "colour: Extra"),
    ],
)
def test_a_request_that_does_not_fit_fails_for_good(
    record: Record, arrive: Arrive, asked: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    ending = arrive(tasks.echo, record(tasks.echo, {**asked, **wrong}))
    assert isinstance(ending, Failed)
    assert ending.error["type"] == "InvalidRequest"
    assert said in ending.error["message"]
    assert not ending.error["retryable"]


def test_another_request_under_the_same_key_is_told_so_and_harms_nothing(
    connection: Connection,
    process: Process,
    record: Record,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    kwargs = {**asked, "folder": str(tmp_path), "calls": 1}
    owner = hold_elsewhere(process, "probe.count", kwargs)
    ending = tasks.count.perform(process, None, {**kwargs, "calls": 2})
    assert isinstance(ending, Failed)
    assert ending.error["type"] == "FingerprintMismatch"
    attempt.complete(owner, "the owner's")


def test_a_task_that_was_taken_over_cannot_answer(
    connection: Connection,
    process: Process,
    record: Record,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    kwargs = {**asked, "folder": str(tmp_path), "calls": 1}
    zombie = hold_elsewhere(process, "probe.count", kwargs)
    expire_leases(connection)
    successor = hold_elsewhere(process, "probe.count", kwargs)
    task_id = record(tasks.count, kwargs)
    writes: list[Callable[[], None]] = [zombie.checkpoint, zombie.renew]
    writes.append(lambda: attempt.complete(zombie, "zombie's"))
    for write in writes:
        with pytest.raises(FenceLost):
            write()
    assert read_dispatch(connection, task_id)[0] == "PENDING"
    attempt.complete(successor, "successor's")
    assert read_dispatch(connection, task_id)[0] == "SUCCESS"


def test_a_lease_is_renewed_while_the_work_goes_on(
    connection: Connection, process: Process, asked: dict[str, Any]
) -> None:
    hold = hold_elsewhere(process, "probe.count", asked)
    with Renewal(hold):
        expire_leases(connection)
        until(
            lambda: connection.execute(
                "SELECT 1 FROM idempotency_keys WHERE lease_expires_at > clock_timestamp()"
            ).fetchone()
        )


def test_the_body_hears_of_a_lost_key_from_the_renewal_alone(
    connection: Connection, process: Process, asked: dict[str, Any]
) -> None:
    hold = hold_elsewhere(process, "probe.count", asked)
    with Renewal(hold):
        idempotency.revoke(connection, asked["idempotency_key"], "probe.count")
        with pytest.raises(FenceLost):
            until(hold.raise_if_lost)


def test_writes_of_the_task_commit_only_under_the_fence(
    connection: Connection, process: Process, asked: dict[str, Any], workflow_id: UUID
) -> None:
    hold = hold_elsewhere(process, "probe.count", asked)
    write = "UPDATE workflow_instances SET error_message = %s"
    with hold.transaction() as allowed:
        allowed.execute(write, ("the owner's",))
    expire_leases(connection)
    hold_elsewhere(process, "probe.count", asked)
    with pytest.raises(FenceLost), hold.transaction() as refused:
        refused.execute(write, ("the zombie's",))
    rows = connection.execute("SELECT error_message FROM workflow_instances").fetchall()
    assert rows == [("the owner's",)]


def test_a_deferred_task_goes_on_later_without_losing_an_attempt(
    connection: Connection,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    task_id = record(tasks.defer, {**asked, "folder": str(tmp_path)})
    assert arrive(tasks.defer, task_id) == Leased(0.5)
    assert read_dispatch(connection, task_id)[0] == "STARTED"
    expire_leases(connection)
    assert arrive(tasks.defer, task_id) == Completed({"attempt": 1})


def test_the_task_instance_is_in_progress_once_work_begins(
    connection: Connection,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    workflow_id: UUID,
    tmp_path: Path,
) -> None:
    task_id = record(tasks.count, {**asked, "folder": str(tmp_path), "calls": 0})
    connection.execute(
        "INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order, status,"
        " external_task_id) VALUES (%s, 'pswa', 'weave_script', 1, 'dispatched', %s)",
        (workflow_id, task_id),
    )
    arrive(tasks.count, task_id)
    row = connection.execute("SELECT status, start_timestamp FROM task_instances").fetchone()
    assert row is not None
    assert row[0] == "in_progress"
    assert row[1] is not None


def test_a_cancelled_dispatch_is_not_started_when_its_message_arrives(
    connection: Connection,
    broker: str,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    task_id = record(tasks.count, {**asked, "folder": str(tmp_path), "calls": 1})
    assert dispatch.cancel(connection, task_id)
    assert arrive(tasks.count, task_id) is None
    assert not (tmp_path / "call-0").exists()
    assert connection.execute("SELECT count(*) FROM idempotency_keys").fetchone() == (0,)


def test_a_message_that_arrives_after_the_answer_does_nothing(
    record: Record, arrive: Arrive, asked: dict[str, Any], tmp_path: Path
) -> None:
    task_id = record(tasks.count, {**asked, "folder": str(tmp_path), "calls": 1})
    arrive(tasks.count, task_id)
    assert arrive(tasks.count, task_id) is None
    assert (tmp_path / "call-0").read_text() == "made\n"


def test_progress_is_the_owners_to_tell(
    connection: Connection,
    process: Process,
    record: Record,
    asked: dict[str, Any],
) -> None:
    record(tasks.count, asked)
    zombie = hold_elsewhere(process, "probe.count", asked)
    expire_leases(connection)
    owner = hold_elsewhere(process, "probe.count", asked)
    AgentCall(process, owner, None).progress(2, 3, "parts")
    AgentCall(process, zombie, None).progress(1, 3, "parts")
    rows = connection.execute("SELECT progress FROM agent_dispatches").fetchall()
    assert rows == [({"done": 2, "total": 3, "unit": "parts"},)]


def test_every_change_of_a_dispatch_is_announced(
    connection: Connection,
    broker: str,
    record: Record,
    arrive: Arrive,
    asked: dict[str, Any],
    tmp_path: Path,
) -> None:
    """Without the announcements a long poll still ends, but seconds late."""
    connection.execute("LISTEN agent_task")
    counted = record(tasks.count, {**asked, "folder": str(tmp_path), "calls": 1})
    arrive(tasks.count, counted)
    failed = record(tasks.fail, {**asked, "how": "final"})
    arrive(tasks.fail, failed)
    cancelled = record(tasks.spin, {**asked, "folder": str(tmp_path)})
    dispatch.cancel(connection, cancelled)
    heard = Counter(note.payload for note in connection.notifies(timeout=5, stop_after=6))
    assert heard == {str(counted): 3, str(failed): 2, str(cancelled): 1}
