"""Bad material ends a podcast early, in a listener's words; a part of it only costs that part."""

import uuid
from typing import Any
from uuid import UUID

import psycopg
import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from plugins.flow.harvest import HarvestOperator
from plugins.flow.publish import PublishOperator
from plugins.flow.weave_script import WeaveScriptOperator
from plugins.step.operator import StepOperator
from streamer.media import MediaSettings, open_store
from tests.plugins.flow.podcasts import Accepted, accept, row_of
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(90)
STORY = b"Tea is a drink made from the leaves of a plant that grows on the hills of Assam. " * 40
INSIDE = "http://169.254.169.254/latest/meta-data/"


def add(
    connection: Connection,
    podcast: Accepted,
    title: str,
    data: bytes | None,
    url: str | None = None,
) -> UUID:
    """Give the podcast an upload or an address."""
    source_id, uri = uuid.uuid4(), None
    if data is not None:
        store = open_store(MediaSettings().media_url)
        uri = store.put(f"sources/{source_id}", data, "text/plain")
        connection.execute("INSERT INTO media_objects (uri, media_type) VALUES (%s, 'x/y')", [uri])
    connection.execute(
        "INSERT INTO sources (source_id, kind, title, url, content_uri)"
        " VALUES (%s, %s, %s, %s, %s)",
        [source_id, "url" if url else "upload", title, url, uri],
    )
    connection.execute(
        """INSERT INTO podcast_sources
           SELECT %s, %s, count(*) FROM podcast_sources WHERE podcast_id = %s""",
        [podcast.workflow_id, source_id, podcast.workflow_id],
    )
    return source_id


def run(kind: type[StepOperator], task_id: str, podcast: Accepted) -> Any:
    """One attempt at a step, with tries to spare."""
    with DAG(dag_id="podcast"):
        operator = kind(task_id=task_id)
    if isinstance(operator, WeaveScriptOperator):
        operator.wait_seconds = 0
    attempt = Run(run_id=podcast.run_id, conf=podcast.conf, params={"topic": "tea"})
    return operator.execute(attempt.attempt(operator, try_number=1, max_tries=3))


def dispatched(connection: Connection, podcast: Accepted) -> list[str]:
    found = connection.execute(
        "SELECT task_name FROM agent_dispatches WHERE workflow_id = %s", [podcast.workflow_id]
    )
    return [name for (name,) in found.fetchall()]


def test_without_a_usable_source_it_fails_before_any_voice(connection: Connection) -> None:
    podcast = accept(connection)
    add(connection, podcast, "The picture", PICTURE)
    add(connection, podcast, "The blank", b"")
    add(connection, podcast, "The inside", None, INSIDE)
    with pytest.raises(AirflowFailException):
        run(HarvestOperator, "harvest", podcast)
    with pytest.raises(AirflowFailException):
        run(PublishOperator, "publish", podcast)
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["status"] == "FAILED"
    assert found["error"] == (
        "The sources could not be used: None of the sources can be used. "
        "The picture: This source is a picture, not a text. "
        "The blank: This source is empty. "
        "The inside: 169.254.169.254 does not lie on the public web, so it is not read."
    )
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "failed"
    assert dispatched(connection, podcast) == []


def test_nothing_is_spoken_after_a_failed_harvest() -> None:
    """Airflow itself sees to it: what follows the harvest asks for its success."""
    from dags.podcast import dag

    followers = {
        task.task_id: task.trigger_rule.value for task in dag.get_task("harvest").downstream_list
    }
    assert followers == dict.fromkeys(
        ("weave_script", "forge_voice", "generate_cover"), "all_success"
    )


def test_one_usable_source_makes_the_episode_and_the_others_are_named(
    connection: Connection,
) -> None:
    podcast = accept(connection)
    bad = add(connection, podcast, "The picture", PICTURE)
    good = add(connection, podcast, "The story", STORY)
    inside = add(connection, podcast, "The inside", None, INSIDE)
    summary = run(HarvestOperator, "harvest", podcast)
    assert summary["source_ids"] == [str(good)]
    assert [(p["source_id"], p["title"]) for p in summary["problems"]] == [
        (str(bad), "The picture"),
        (str(inside), "The inside"),
    ]
    with pytest.raises(TaskDeferred):
        run(WeaveScriptOperator, "weave_script", podcast)
    assert dispatched(connection, podcast) == ["pswa.weave_script"]
