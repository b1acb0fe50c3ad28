"""What happens to a run as a whole, as Airflow tells its listeners."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from plugins.flow import run_listener
from plugins.flow.run_listener import in_words
from plugins.settings import flow_settings
from plugins.step.workflows import close
from tests.plugins.flow.podcasts import Accepted, accept, add_step, row_of
from tests.plugins.flow.test_outcome import VOICE
from tests.plugins.step.test_listener import instance, step

Connection = psycopg.Connection[Any]
BY_HAND = "Dag Run's state was manually set to `failed`."


def dag_run(podcast: Accepted, clear_number: int = 0, **states: str | None) -> Any:
    """Airflow's run."""
    tasks = [instance(podcast, task_id, state or "") for task_id, state in states.items()]
    for task in tasks:
        task.state = task.state or None
    return SimpleNamespace(
        dag_id="podcast",
        run_id=podcast.run_id,
        clear_number=clear_number,
        run_after=datetime.now(UTC),
        get_task_instances=lambda **_: tasks,
        dag=SimpleNamespace(dagrun_timeout=timedelta(hours=2)),
        note=None,
    )


def test_a_failed_run_leaves_nothing_open(connection: Connection) -> None:
    podcast = accept(connection)
    rows = {
        status: add_step(connection, podcast, f"task_{status}", status)
        for status in ("pending", "dispatched", "in_progress", "completed")
    }
    rows["planned"] = add_step(connection, podcast, "planned", "pending", begun=False)
    run_listener.on_dag_run_failed(dag_run(podcast), BY_HAND)
    ends = {status: step(connection, row)["status"] for status, row in rows.items()}
    assert ends == {
        "pending": "cancelled",  # it waited for its next try
        "dispatched": "cancelled",
        "in_progress": "cancelled",
        "completed": "completed",
        "planned": "skipped",
    }
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "failed"
    assert row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)["status"] == "FAILED"


def test_a_cleared_run_is_open_again_and_says_what_is_to_come(connection: Connection) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "weave_script", "completed", order=1, summary={})
    add_step(connection, podcast, "publish", "completed", order=4, summary={})
    run_listener.on_dag_run_failed(dag_run(podcast), BY_HAND)
    run_listener.on_dag_run_running(dag_run(podcast, 1, weave_script="success", publish=None))
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
    run_listener.on_dag_run_running(dag_run(podcast, 0, harvest=None))
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "pending"


@pytest.mark.parametrize(
    ("msg", "sentence"),
    [
        (BY_HAND, "An operator stopped it before it was finished."),
        ("timed_out", "It took longer than two hours and was stopped."),
        ("task_failure", "The sources could not be used: No such page."),
    ],
)
def test_every_failed_run_leaves_a_sentence_and_a_note(
    connection: Connection, msg: str, sentence: str
) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "harvest", "failed", message="No such page.")
    run = dag_run(podcast)
    run_listener.on_dag_run_failed(run, msg)
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert (found["status"], found["error"]) == ("FAILED", sentence)
    assert sentence in run.note
    assert "harvest (X): failed" in run.note


def test_a_killed_task_is_noted_with_its_run(connection: Connection) -> None:
    podcast = accept(connection)
    killed = add_step(connection, podcast, "harvest", "in_progress")
    spoken = add_step(connection, podcast, "forge_voice", "failed", order=2, message="Hoarse.")
    run = dag_run(podcast, harvest="failed", forge_voice="failed")
    run_listener.on_dag_run_failed(run, "task_failure")
    assert step(connection, killed)["status"] == "failed"
    assert step(connection, spoken)["error_details"] == {"message": "Hoarse."}
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["error"] == "The sources could not be used: The worker died."


def test_a_publisher_that_died_leaves_a_sentence(connection: Connection) -> None:
    podcast = accept(connection)
    made: dict[str, dict[str, Any]] = {"harvest": {}, "weave_script": {}, "forge_voice": VOICE}
    for order, (task_id, summary) in enumerate(made.items()):
        add_step(connection, podcast, task_id, "completed", order=order, summary=summary)
    add_step(connection, podcast, "publish", "failed", order=4, message="The worker died.")
    run_listener.on_dag_run_failed(dag_run(podcast), "task_failure")
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["error"].endswith("it could not be published: The worker died.")


def test_a_cancelled_run_says_so_in_its_note(connection: Connection) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "harvest", "in_progress")
    close(connection, podcast.workflow_id, "cancelled", "Cancelled at your request.")
    run = dag_run(podcast)
    run_listener.on_dag_run_failed(run, BY_HAND)
    assert "cancelled." in run.note
    assert "Cancelled at your request." in run.note
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["status"] == "CANCELLED"


def test_a_run_of_nobodys_is_left_alone(connection: Connection) -> None:
    run = dag_run(Accepted())
    run_listener.on_dag_run_failed(run, "task_failure")
    assert run.note is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=1), "one hour"),
        (timedelta(hours=2), "two hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=5), "five seconds"),
    ],
)
def test_a_span_in_words(span: timedelta, words: str) -> None:
    assert in_words(span) == words


def test_airflow_goes_on_without_our_database(chain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETHERCAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    flow_settings.cache_clear()
    run_listener.on_dag_run_failed(dag_run(Accepted()), "task_failure")
    monkeypatch.undo()
    flow_settings.cache_clear()
