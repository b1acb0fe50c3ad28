"""The last step, whatever became of those before it, with a real stream feeder."""

from typing import Any

import psycopg
import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException

from plugins.flow.publish import PublishOperator
from plugins.step.place import derived_workflow
from tests.plugins.flow.podcasts import (
    Accepted,
    accept,
    add_step,
    end_stream,
    keep_media,
    row_of,
)
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]
GOOD = {"passed": True, "problems": []}


def make() -> PublishOperator:
    with DAG(dag_id="podcast"):
        return PublishOperator(task_id="publish", retries=3)


def voice(connection: Connection, podcast: Accepted, quality: dict[str, Any]) -> dict[str, Any]:
    end_stream(connection, podcast, quality)
    return {
        "audio_filepath": keep_media(connection, podcast, "episode.mp3"),
        "episode_uri": keep_media(connection, podcast, "episode.webm"),
        "stream_uri": keep_media(connection, podcast, "stream.webm"),
        "duration_seconds": 61.5,
        "quality": quality,
    }


def finish_steps(
    connection: Connection, podcast: Accepted, quality: dict[str, Any], **ends: str
) -> None:
    """All steps before the last, completed but for those named."""
    made = {
        "harvest": {},
        "weave_script": {},
        "forge_voice": voice(connection, podcast, quality),
        "generate_cover": {"image_url": keep_media(connection, podcast, "cover.png")},
    }
    for order, (task_id, summary) in enumerate(made.items()):
        status = ends.get(task_id, "completed")
        message = None if status == "completed" else f"{task_id} broke."
        add_step(
            connection, podcast, task_id, status, order=order,
            summary=summary if status == "completed" else None, message=message,
        )  # fmt: skip


TABLE = [
    ({}, GOOD, "completed", "notified", True),
    ({"generate_cover": "skipped"}, GOOD, "completed", "notified", True),
    ({"generate_cover": "failed"}, GOOD, "completed_with_errors", "notified", True),
    (
        {},
        {"passed": False, "problems": ["too loud"]},
        "completed_with_errors",
        "notified",
        False,
    ),
    ({"forge_voice": "failed"}, GOOD, "failed", "pending", False),
    ({"forge_voice": "pending"}, GOOD, "failed", "pending", False),
    ({"weave_script": "failed", "forge_voice": "cancelled"}, GOOD, "failed", "pending", False),
    ({"harvest": "failed"}, GOOD, "failed", "pending", False),
]


@pytest.mark.parametrize(("ends", "quality", "status", "notification", "released"), TABLE)
def test_every_row_says_how_it_ended(
    connection: Connection,
    feeder: str,
    ends: dict[str, str],
    quality: dict[str, Any],
    status: str,
    notification: str,
    released: bool,
) -> None:
    podcast = accept(connection)
    finish_steps(connection, podcast, quality, **ends)
    operator = make()
    context = Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator, max_tries=3)
    if status == "failed":
        broken = next(task_id for task_id in ends)
        with pytest.raises(AirflowFailException, match=f"{broken} broke"):
            operator.execute(context)
    else:
        assert operator.execute(context)["status"] == status

    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    stream = row_of(connection, "streams", "stream_id", podcast.stream_id)
    assert workflow["overall_status"] == status
    assert workflow["end_timestamp"] is not None
    assert found["status"] == status.upper()
    assert found["error"] == workflow["error_message"]
    assert (found["error"] is None) is (status == "completed")
    assert found["notification_status"] == notification
    assert stream["released"] is released
    assert (found["audio_uri"] is not None) is (status != "failed")
    steps = [line["task"] for line in found["orchestration_log"]]
    assert steps == ["harvest", "weave_script", "forge_voice", "generate_cover"]
    own = row_of_step(connection, podcast, "publish")
    assert own["status"] == ("failed" if status == "failed" else "completed")


def row_of_step(connection: Connection, podcast: Accepted, task_id: str) -> dict[str, Any]:
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        found = cursor.execute(
            "SELECT * FROM task_instances WHERE workflow_id = %s AND airflow_task_id = %s",
            [podcast.workflow_id, task_id],
        ).fetchone()
    assert found is not None
    return found


@pytest.mark.usefixtures("airflow_says")
def test_a_good_podcast_has_everything(connection: Connection, feeder: str) -> None:
    podcast = accept(connection)
    finish_steps(connection, podcast, GOOD)
    connection.execute(
        """INSERT INTO generated_scripts (script_id, workflow_id, topic_hash, title, status)
           VALUES (%s, %s, 'h', 'All about tea', 'completed')""",
        [podcast.script_id, podcast.workflow_id],
    )
    operator = make()
    run = Run(run_id=podcast.run_id, conf=podcast.conf)
    made = operator.execute(run.attempt(operator))
    assert made == {"status": "completed", "error": None, "title": "All about tea"}
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["title"] == "All about tea"
    assert found["duration_seconds"] == 61.5
    assert found["audio_uri"].endswith("episode.mp3")
    assert found["episode_uri"].endswith("episode.webm")
    assert found["cover_uri"].endswith("cover.png")
    assert found["quality"] == GOOD

    again = make()
    assert again.execute(run.attempt(again, try_number=2)) == made


def test_a_feeder_that_is_away_does_not_cost_the_episode(
    connection: Connection, without_feeder: None
) -> None:
    podcast = accept(connection)
    finish_steps(connection, podcast, GOOD)
    operator = make()
    context = Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator)
    assert operator.execute(context)["status"] == "completed_with_errors"
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["notification_status"] == "failed"
    assert found["audio_uri"] is not None


def test_no_step_of_an_earlier_generation_is_left_waiting(
    connection: Connection, feeder: str
) -> None:
    podcast = accept(connection)
    finish_steps(connection, podcast, GOOD)
    planned = add_step(connection, podcast, "publish", "pending", order=4, begun=False)
    connection.execute("UPDATE task_instances SET try_number = 0 WHERE task_id = %s", [planned])
    operator = make()
    run = Run(run_id=podcast.run_id, conf=podcast.conf).cleared()
    assert operator.execute(run.attempt(operator, max_tries=4))["status"] == "completed"
    assert row_of(connection, "task_instances", "task_id", planned)["status"] == "skipped"


def test_the_stream_of_a_failed_podcast_is_ended(connection: Connection, feeder: str) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "harvest", "failed", message="Nothing to read.")
    connection.execute("LISTEN stream_segment")
    operator = make()
    with pytest.raises(AirflowFailException, match="Nothing to read"):
        operator.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator))
    stream = row_of(connection, "streams", "stream_id", podcast.stream_id)
    assert stream["status"] == "failed"
    assert "Nothing to read." in stream["error"]
    told = next(connection.notifies(timeout=5, stop_after=1))
    assert told.payload == str(podcast.stream_id)


def test_whoever_closed_it_first_knew_best(connection: Connection, feeder: str) -> None:
    podcast = accept(connection)
    finish_steps(connection, podcast, GOOD)
    connection.execute(
        "UPDATE podcasts SET status = 'CANCELLED' WHERE podcast_id = %s", [podcast.workflow_id]
    )
    connection.execute(
        """UPDATE workflow_instances SET overall_status = 'cancelled', end_timestamp = now()
           WHERE workflow_id = %s""",
        [podcast.workflow_id],
    )
    operator = make()
    with pytest.raises(AirflowFailException, match="cancelled"):
        operator.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator))
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["status"] == "CANCELLED"


def test_a_run_whose_first_step_never_began_is_closed_too(
    connection: Connection, feeder: str
) -> None:
    run = Run(params={"topic": "Tea"})
    operator = make()
    with pytest.raises(AirflowFailException, match="sources could not be used"):
        operator.execute(run.attempt(operator))
    workflow_id = derived_workflow("podcast", run.run_id)
    found = row_of(connection, "podcasts", "podcast_id", workflow_id)
    assert (found["status"], found["topic"]) == ("FAILED", "Tea")
