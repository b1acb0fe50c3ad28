"""What happens to a task from outside, as Airflow tells its listeners."""

import uuid
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import TaskDeferred

from plugins.agent.operator import AgentOperator
from plugins.settings import flow_settings
from plugins.step import listener
from plugins.step.rows import _END
from tests.plugins.flow.podcasts import Accepted, accept, add_step, row_of
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]


def instance(podcast: Accepted, task_id: str, state: str, **more: Any) -> Any:
    """Airflow's task instance, as its scheduler or API server hands it on."""
    given = {"map_index": -1, "try_number": 1, "max_tries": 3} | more
    return SimpleNamespace(
        dag_id="podcast", run_id=podcast.run_id, task_id=task_id, state=state, **given
    )


def dag_run(podcast: Accepted, clear_number: int = 0, **states: str | None) -> Any:
    """Airflow's run."""
    tasks = [instance(podcast, task_id, state or "") for task_id, state in states.items()]
    for task in tasks:
        task.state = task.state or None
    return SimpleNamespace(
        dag_id="podcast",
        run_id=podcast.run_id,
        clear_number=clear_number,
        get_task_instances=lambda: tasks,
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
    _END.run(connection, task_id=row, status="cancelled", error=None)
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


def test_a_failed_run_leaves_nothing_open(connection: Connection) -> None:
    podcast = accept(connection)
    rows = {
        status: add_step(connection, podcast, f"task_{status}", status)
        for status in ("pending", "dispatched", "in_progress", "completed")
    }
    listener.on_dag_run_failed(dag_run(podcast))
    ends = {status: step(connection, row)["status"] for status, row in rows.items()}
    assert ends == {
        "pending": "skipped",
        "dispatched": "cancelled",
        "in_progress": "cancelled",
        "completed": "completed",
    }
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "failed"
    assert row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)["status"] == "FAILED"


def test_a_cleared_run_is_open_again_and_says_what_is_to_come(connection: Connection) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "weave_script", "completed", order=1, summary={})
    add_step(connection, podcast, "publish", "completed", order=4, summary={})
    listener.on_dag_run_failed(dag_run(podcast))
    listener.on_dag_run_running(dag_run(podcast, 1, weave_script="success", publish=None))
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert (workflow["overall_status"], workflow["end_timestamp"]) == ("in_progress", None)
    podcast_row = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert podcast_row["status"] == "GENERATING"
    found = connection.execute(
        """SELECT airflow_task_id, generation, status, task_order FROM task_instances
           WHERE workflow_id = %s ORDER BY generation, task_order""",
        [podcast.workflow_id],
    ).fetchall()
    assert found == [
        ("weave_script", 0, "completed", 1),
        ("publish", 0, "completed", 4),
        ("publish", 1, "pending", 4),
    ]


def test_a_first_start_changes_nothing(connection: Connection) -> None:
    podcast = accept(connection)
    listener.on_dag_run_running(dag_run(podcast, 0, harvest=None))
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "pending"


def test_airflow_goes_on_without_our_database(chain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETHERCAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    flow_settings.cache_clear()
    podcast = Accepted()
    listener.on_task_instance_failed("running", instance(podcast, "publish", "failed"), "gone")
    listener.on_dag_run_failed(dag_run(podcast))
    monkeypatch.undo()
    flow_settings.cache_clear()
