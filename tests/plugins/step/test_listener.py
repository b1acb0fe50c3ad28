"""What happens to a task from outside, as Airflow tells its listeners."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from airflow.models.taskinstance import TaskInstance
from airflow.sdk import DAG
from airflow.sdk.exceptions import TaskDeferred
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import set_committed_value

from plugins.agent.operator import AgentOperator
from plugins.settings import flow_settings
from plugins.step import listener, rows
from plugins.step.workflows import close
from tests.plugins.flow.podcasts import Accepted, accept, add_step, row_of
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]


def instance(podcast: Accepted, task_id: str, state: str, **more: Any) -> Any:
    """Airflow's task instance, as its scheduler or API server hands it on."""
    given = {"map_index": -1, "try_number": 1, "max_tries": 3} | more
    return SimpleNamespace(
        dag_id="podcast", run_id=podcast.run_id, task_id=task_id, state=state, **given
    )


def step(connection: Connection, task_id: uuid.UUID) -> dict[str, Any]:
    return row_of(connection, "task_instances", "task_id", task_id)


@pytest.mark.parametrize(("state", "expected"), [("up_for_retry", "pending"), ("failed", "failed")])
def test_a_killed_worker_is_noted(connection: Connection, state: str, expected: str) -> None:
    podcast = accept(connection)
    row = add_step(connection, podcast, "forge_voice", "in_progress")
    listener.on_task_instance_failed("running", instance(podcast, "forge_voice", state), "gone")
    found = step(connection, row)
    assert found["status"] == expected
    assert found["error_details"]["type"] == "Killed"


def test_what_a_task_said_of_itself_stands(connection: Connection) -> None:
    podcast = accept(connection)
    failed = add_step(connection, podcast, "forge_voice", "failed", message="Hoarse.")
    waits = add_step(connection, podcast, "weave_script", "pending", message="Busy.")
    for task_id, state in (("forge_voice", "failed"), ("weave_script", "up_for_retry")):
        error = ValueError("as Airflow sees it")
        listener.on_task_instance_failed("running", instance(podcast, task_id, state), error)
    assert step(connection, failed)["error_details"] == {"message": "Hoarse."}
    assert step(connection, waits)["error_details"] == {"message": "Busy."}


def test_a_person_overrules(connection: Connection) -> None:
    podcast = accept(connection)
    row = add_step(connection, podcast, "generate_cover", "completed", summary={})
    listener.on_task_instance_failed(None, instance(podcast, "generate_cover", "failed"), "set")
    assert step(connection, row)["status"] == "failed"
    listener.on_task_instance_success(None, instance(podcast, "generate_cover", "success"))
    assert step(connection, row)["status"] == "completed"
    listener.on_task_instance_skipped(None, instance(podcast, "generate_cover", "skipped"))
    assert step(connection, row)["status"] == "skipped"
    rows.end(connection, standing(row, podcast), "cancelled", None)
    assert step(connection, row)["status"] == "skipped"


def test_a_task_marked_failed_has_its_agent_stopped(connection: Connection, chain: Any) -> None:
    podcast = accept(connection)
    with DAG(dag_id="podcast"):
        operator = AgentOperator(
            task_id="forge_voice",
            agent_task="nobody.serves",
            wait_seconds=0,
        )
    with pytest.raises(TaskDeferred):
        operator.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator))
    listener.on_task_instance_failed(None, instance(podcast, "forge_voice", "failed"), "set")
    sent = row_of(connection, "agent_dispatches", "task_id", operator.agent_task_id)
    assert sent["status"] == "REVOKED"


def test_the_callers_word_stands_over_what_airflow_then_does(connection: Connection) -> None:
    podcast = accept(connection)
    row = add_step(connection, podcast, "forge_voice", "in_progress")
    close(connection, podcast.workflow_id, "cancelled", "Cancelled at your request.")
    listener.on_task_instance_failed(None, instance(podcast, "forge_voice", "failed"), "set")
    rows.complete(connection, standing(row, podcast), {"late": True})
    rows.end(connection, standing(row, podcast), "pending", {"message": "Late."})
    assert step(connection, row)["status"] == "cancelled"
    assert step(connection, row)["output_result_summary"] is None


def standing(row: uuid.UUID, podcast: Accepted) -> rows.Step:
    """A step as the process that is at it holds it."""
    return rows.Step(row, podcast.workflow_id, None, 0, 0, None, datetime.now(UTC), "")


def test_a_writer_marked_failed_has_its_voice_stopped(connection: Connection, chain: Any) -> None:
    podcast = accept(connection)
    with DAG(dag_id="podcast"):
        writer = AgentOperator(task_id="weave_script", agent_task="nobody.writes", wait_seconds=0)
        voice = AgentOperator(task_id="forge_voice", agent_task="nobody.serves", wait_seconds=0)
    for operator in (writer, voice):
        with pytest.raises(TaskDeferred):
            operator.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator))
    listener.on_task_instance_failed(None, instance(podcast, "weave_script", "failed"), "set")
    for operator in (writer, voice):
        sent = row_of(connection, "agent_dispatches", "task_id", operator.agent_task_id)
        assert sent["status"] == "REVOKED"


@pytest.mark.usefixtures("airflow_says")
def test_a_clear_that_the_process_did_not_live_to_hear_of_counts(
    connection: Connection, chain: Any
) -> None:
    podcast = accept(connection)
    run = Run(run_id=podcast.run_id, conf=podcast.conf)
    with DAG(dag_id="podcast"):
        operator = AgentOperator(task_id="forge_voice", agent_task="nobody.serves", wait_seconds=0)
    with pytest.raises(TaskDeferred):
        operator.execute(run.attempt(operator))
    first = operator.agent_task_id
    listener.on_task_instance_failed("running", restarted(podcast, "forge_voice"), "mismatch")
    assert row_of(connection, "agent_dispatches", "task_id", first)["status"] == "REVOKED"
    with pytest.raises(TaskDeferred):
        operator.execute(run.cleared().attempt(operator, try_number=2))
    found = connection.execute(
        "SELECT generation, status FROM task_instances WHERE workflow_id = %s ORDER BY generation",
        [podcast.workflow_id],
    ).fetchall()
    assert found == [(0, "cancelled"), (1, "dispatched")]


def restarted(podcast: Accepted, task_id: str) -> TaskInstance:
    """Airflow's own object, as its scheduler changes it where a cleared task's process failed."""
    made: TaskInstance = class_mapper(TaskInstance).class_manager.new_instance()
    of_run = {"dag_id": "podcast", "run_id": podcast.run_id, "task_id": task_id, "map_index": -1}
    for name, value in of_run.items() | {("try_number", 1), ("max_tries", 2)}:
        set_committed_value(made, name, value)
    set_committed_value(made, "state", "restarting")
    made.state = "up_for_retry"
    return made


def test_airflow_goes_on_without_our_database(chain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETHERCAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    flow_settings.cache_clear()
    podcast = Accepted()
    listener.on_task_instance_failed("running", instance(podcast, "publish", "failed"), "gone")
    monkeypatch.undo()
    flow_settings.cache_clear()
