"""The steps of the podcast flow: what each asks its agent, and what it leaves."""

import os
import signal
import uuid
from collections.abc import Callable
from threading import Timer
from typing import Any

import psycopg
import pytest
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskDeferred

from plugins.agent.operator import AgentOperator
from plugins.errors import WritingCleared
from plugins.flow.forge_voice import ForgeVoiceOperator
from plugins.flow.generate_cover import GenerateCoverOperator
from plugins.flow.harvest import HarvestOperator, Stopped
from plugins.flow.weave_script import WeaveScriptOperator
from plugins.settings import flow_settings
from plugins.step.operator import StepOperator
from plugins.step.place import derived_workflow, place_of
from plugins.step.rows import Step
from plugins.step.workflows import close
from streamer.episode_link import opens
from tests.agents.sca.seed import seed_cards
from tests.plugins.flow.podcasts import Accepted, accept, add_step, row_of
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]
BODY = "Tea is a drink made from the leaves of a plant. " * 60


def add_article(connection: Connection) -> None:
    connection.execute(
        """INSERT INTO documents (document_id, title, category, body, sha256)
           VALUES ('tea', 'The history of tea', 'food', %s, 'x') ON CONFLICT DO NOTHING""",
        [BODY],
    )


def run_of(podcast: Accepted, clear_number: int = 0) -> Run:
    return Run(
        run_id=podcast.run_id,
        conf=podcast.conf,
        params={"topic": "tea"},
        clear_number=clear_number,
    )


def asked(connection: Connection, operator: AgentOperator, run: Run, **attempt: int) -> Any:
    """What the agent is asked, its worker being away."""
    operator.wait_seconds = 0
    with pytest.raises(TaskDeferred):
        operator.execute(run.attempt(operator, **attempt))
    return row_of(connection, "agent_dispatches", "task_id", operator.agent_task_id)["kwargs"]


def make(kind: type[StepOperator], task_id: str) -> Any:
    with DAG(dag_id="podcast"):
        return kind(task_id=task_id)


def harvested(connection: Connection, preferences: dict[str, Any] | None = None) -> Accepted:
    """A podcast whose material is there."""
    podcast = accept(connection, preferences)
    summary = {"source_ids": ["a", "b"], "cover_art_prompt": "A tea pot at dawn"}
    add_step(connection, podcast, "harvest", "completed", summary=summary)
    return podcast


def test_the_harvest_reads_and_plans(connection: Connection) -> None:
    add_article(connection)
    podcast = accept(connection)
    operator = make(HarvestOperator, "harvest")
    summary = operator.execute(run_of(podcast).attempt(operator))
    assert summary["source_ids"]
    assert summary["cover_art_prompt"]
    assert summary["words"] > 100
    assert "body" not in str(summary)
    found = connection.execute(
        """SELECT airflow_task_id, agent_name, status FROM task_instances
           WHERE workflow_id = %s ORDER BY task_order""",
        [podcast.workflow_id],
    ).fetchall()
    assert found == [
        ("harvest", "WCHA", "completed"),
        ("weave_script", "PSWA", "pending"),
        ("forge_voice", "VFA", "pending"),
        ("generate_cover", "IGA", "pending"),
        ("publish", "CPOA", "pending"),
    ]
    workflow = row_of(connection, "workflow_instances", "workflow_id", podcast.workflow_id)
    assert workflow["overall_status"] == "in_progress"


def test_a_topic_nobody_knows_fails_at_once(connection: Connection) -> None:
    podcast = accept(connection)
    connection.execute(
        "UPDATE podcasts SET topic = 'qzx vrk' WHERE podcast_id = %s", [podcast.workflow_id]
    )
    operator = make(HarvestOperator, "harvest")
    with pytest.raises(AirflowFailException):
        operator.execute(run_of(podcast).attempt(operator, try_number=1, max_tries=3))
    found = connection.execute(
        """SELECT status, error_details ->> 'type' FROM task_instances
           WHERE workflow_id = %s AND airflow_task_id = 'harvest'""",
        [podcast.workflow_id],
    ).fetchone()
    assert found == ("failed", "NothingUsable")


def test_a_harvest_ends_with_its_workflow(connection: Connection) -> None:
    podcast = accept(connection)
    source = add_source(connection, podcast)

    class Interrupted(HarvestOperator):
        def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, Any]:
            close(connection, step.workflow_id, "cancelled", "Cancelled at your request.")
            return super().perform(connection, step, context)

    operator = make(Interrupted, "harvest")
    with pytest.raises(AirflowFailException, match="cancelled"):
        operator.execute(run_of(podcast).attempt(operator))
    found = row_of(connection, "sources", "source_id", source)
    assert found["harvested_at"] is None


def test_a_harvest_that_a_person_stops_ends_at_once(
    connection: Connection, airflow_says: Callable[[str], None]
) -> None:
    operator = make(HarvestOperator, "harvest")
    operator.on_kill()  # before it began there is nothing to give up
    operator.place = place_of(run_of(accept(connection)).attempt(operator)["ti"])
    airflow_says("running")
    operator.on_kill()  # only this worker stops
    airflow_says("failed")
    with pytest.raises(Stopped):
        operator.on_kill()


def test_a_harvest_stopped_while_it_waits_for_the_database_ends_and_says_so(
    connection: Connection, airflow_says: Callable[[str], None]
) -> None:
    podcast = accept(connection)
    source = add_source(connection, podcast)
    operator = make(HarvestOperator, "harvest")
    airflow_says("restarting")
    signal.signal(signal.SIGTERM, lambda *_: operator.on_kill())
    stopping = Timer(1.0, os.kill, [os.getpid(), signal.SIGTERM])
    try:
        with psycopg.connect(flow_settings().database_url) as holder:
            holder.execute("SELECT 1 FROM sources WHERE source_id = %s FOR NO KEY UPDATE", [source])
            stopping.start()
            with pytest.raises(AirflowFailException, match="cancelled"):
                operator.execute(run_of(podcast).attempt(operator))
            waiting = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            ).fetchone()
            assert waiting == (0,)
    finally:
        stopping.cancel()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    (status,) = connection.execute(
        """SELECT status FROM task_instances
           WHERE workflow_id = %s AND airflow_task_id = 'harvest'""",
        [podcast.workflow_id],
    ).fetchall()
    assert status == ("cancelled",)


def add_source(connection: Connection, podcast: Accepted) -> uuid.UUID:
    """The podcast is grounded in one text."""
    source_id = uuid.uuid4()
    with connection.transaction():
        connection.execute(
            "INSERT INTO sources (source_id, kind, title, body) VALUES (%s, 'text', 'Tea', %s)",
            [source_id, BODY],
        )
        connection.execute(
            "INSERT INTO podcast_sources (podcast_id, source_id, position) VALUES (%s, %s, 0)",
            [podcast.workflow_id, source_id],
        )
    return source_id


@pytest.mark.usefixtures("airflow_says")
def test_a_run_started_by_hand_gets_its_podcast(connection: Connection) -> None:
    add_article(connection)
    run = Run(params={"topic": "tea", "preferences": {"length_minutes": 3}})
    operator = make(HarvestOperator, "harvest")
    operator.execute(run.attempt(operator))
    operator.execute(run.attempt(operator, try_number=2))
    workflow_id = derived_workflow("podcast", run.run_id)
    podcast = row_of(connection, "podcasts", "podcast_id", workflow_id)
    assert podcast["topic"] == "tea"
    assert podcast["preferences"] == {"length_minutes": 3}
    stream = row_of(connection, "streams", "workflow_id", workflow_id)
    assert podcast["stream_id"] == stream["stream_id"]
    workflow = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    assert workflow["trigger_event_type"] == "operator"
    assert workflow["trigger_event_details"]["topic"] == "tea"
    assert workflow["triggered_at"] is not None
    user = row_of(connection, "users", "user_id", podcast["user_id"])
    assert user["subject"] == "local"


@pytest.mark.parametrize(
    ("pressed", "asked", "owner"),
    [
        ("aethercast", None, "local"),
        (None, None, "local"),
        ("", None, "local"),
        ("ada@example.org", None, "ada@example.org"),
        ("ada@example.org", "grace", "grace"),
        ("aethercast", "grace", "grace"),
        ("x" * 256, None, "local"),
    ],
)
def test_whose_a_run_is_that_was_started_by_hand(
    connection: Connection, pressed: str | None, asked: str | None, owner: str
) -> None:
    run = Run(params={"topic": "qzx vrk", "owner": asked}, triggered_by=pressed)
    operator = make(HarvestOperator, "harvest")
    with pytest.raises(AirflowFailException):
        operator.execute(run.attempt(operator))
    podcast = row_of(connection, "podcasts", "podcast_id", derived_workflow("podcast", run.run_id))
    assert row_of(connection, "users", "user_id", podcast["user_id"])["subject"] == owner


def test_a_run_from_outside_keeps_its_callers_ids(connection: Connection) -> None:
    ids = {"client_workflow_id": "theirs", "client_idempotency_key": "a-key", "request_id": "r"}
    run = Run(params={"topic": "qzx vrk", **ids})
    operator = make(HarvestOperator, "harvest")
    with pytest.raises(AirflowFailException):
        operator.execute(run.attempt(operator))
    workflow_id = derived_workflow("podcast", run.run_id)
    workflow = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    assert workflow["client_workflow_id"] == "theirs"
    assert workflow["client_idempotency_key"] == "a-key"
    assert workflow["trigger_event_details"] == {"topic": "qzx vrk"}


def test_the_writer_gets_topic_sources_and_wishes(connection: Connection) -> None:
    podcast = harvested(connection, {"format": "brief"})
    kwargs = asked(connection, make(WeaveScriptOperator, "weave_script"), run_of(podcast))
    assert len(kwargs.pop("idempotency_key")) == 64
    assert kwargs == {
        "workflow_id": str(podcast.workflow_id),
        "script_id": str(podcast.script_id),
        "revision": 0,
        "topic": "Tea",
        "source_ids": ["a", "b"],
        "preferences": {"format": "brief"},
    }


def test_a_cleared_writer_writes_a_new_revision_and_the_voice_speaks_it(
    connection: Connection, airflow_says: Callable[[str], None]
) -> None:
    airflow_says("none")  # somebody cleared the voice as well
    podcast = harvested(connection)
    writer, voice = "weave_script", "forge_voice"
    first = asked(connection, make(WeaveScriptOperator, writer), run_of(podcast), max_tries=3)
    spoken = asked(connection, make(ForgeVoiceOperator, voice), run_of(podcast), max_tries=3)
    cleared = run_of(podcast, clear_number=1)
    again = {"try_number": 2, "max_tries": 4}
    second = asked(connection, make(WeaveScriptOperator, writer), cleared, **again)
    respoken = asked(connection, make(ForgeVoiceOperator, voice), cleared, **again)
    assert [first["revision"], spoken["revision"]] == [0, 0]
    assert [second["revision"], respoken["revision"]] == [1, 1]
    assert spoken["stream_id"] == respoken["stream_id"] == str(podcast.stream_id)
    found = row_of(connection, "podcasts", "podcast_id", podcast.workflow_id)
    assert found["script_revision"] == 1


def test_the_voice_alone_cleared_speaks_the_script_there_is(connection: Connection) -> None:
    podcast = harvested(connection)
    asked(connection, make(WeaveScriptOperator, "weave_script"), run_of(podcast), max_tries=3)
    cleared = run_of(podcast, clear_number=1)
    voice = make(ForgeVoiceOperator, "forge_voice")
    assert asked(connection, voice, cleared, try_number=2, max_tries=4)["revision"] == 0


def test_no_voice_waits_for_a_script_that_will_not_come(connection: Connection) -> None:
    podcast = harvested(connection)
    add_step(connection, podcast, "weave_script", "failed", message="Too thin.")
    voice = make(ForgeVoiceOperator, "forge_voice")
    with pytest.raises(AirflowFailException, match="Too thin"):
        voice.execute(run_of(podcast).attempt(voice))


def test_a_voice_that_starts_while_its_writer_is_cleared_tries_again(
    connection: Connection,
) -> None:
    podcast = harvested(connection)
    add_step(connection, podcast, "weave_script", "cancelled")
    voice = make(ForgeVoiceOperator, "forge_voice")
    with pytest.raises(WritingCleared) as refused:
        voice.execute(run_of(podcast).attempt(voice))
    assert refused.value.retryable


def test_a_writer_that_fails_for_good_stops_the_voice(connection: Connection) -> None:
    podcast = harvested(connection)
    voice = make(ForgeVoiceOperator, "forge_voice")
    asked(connection, voice, run_of(podcast))
    with DAG(dag_id="podcast"):
        writer = AgentOperator(
            task_id="weave_script",
            agent_task="probe.fail",
            inputs={"retryable": False},
            wait_seconds=10,
        )
    with pytest.raises(AirflowFailException):
        writer.execute(run_of(podcast).attempt(writer))
    sent = row_of(connection, "agent_dispatches", "task_id", voice.agent_task_id)
    assert sent["status"] == "REVOKED"


def test_the_cover_is_drawn_from_the_harvest(connection: Connection) -> None:
    kwargs = asked(
        connection, make(GenerateCoverOperator, "generate_cover"), run_of(harvested(connection))
    )
    assert kwargs["prompt"] == "A tea pot at dawn"
    assert (kwargs["aspect_ratio"], kwargs["title"]) == ("1:1", "Tea")


def test_the_cover_of_a_cards_episode_is_the_cards_picture(connection: Connection) -> None:
    podcast, [card] = harvested(connection), seed_cards(connection, 1)
    connection.execute(
        "UPDATE podcasts SET topic_id = %s WHERE podcast_id = %s",
        [card.topic_id, podcast.workflow_id],
    )
    kwargs = asked(connection, make(GenerateCoverOperator, "generate_cover"), run_of(podcast))
    assert kwargs["prompt"].startswith(f"Podcast cover about {card.title}.")
    assert (kwargs["aspect_ratio"], kwargs["title"]) == ("1:1", card.title)
    assert "topic_id" not in kwargs


def test_who_wants_no_cover_gets_none(connection: Connection) -> None:
    podcast = harvested(connection, {"cover": False})
    operator = make(GenerateCoverOperator, "generate_cover")
    with pytest.raises(AirflowSkipException):
        operator.execute(run_of(podcast).attempt(operator))
    found = connection.execute(
        """SELECT status FROM task_instances
           WHERE workflow_id = %s AND airflow_task_id = 'generate_cover'""",
        [podcast.workflow_id],
    ).fetchone()
    assert found == ("skipped",)


def test_the_script_stays_in_its_table() -> None:
    operator = make(WeaveScriptOperator, "weave_script")
    lines = [{"line_id": "0.0", "text": "Long."}]
    script = {"script_id": "s", "revision": 0, "title": "T", "parts": [{"lines": lines}]}
    summary = operator.summarise(script)
    assert (summary["parts"], summary["lines"]) == (1, 1)
    assert "Long." not in str(summary)


def test_an_adopted_podcast_has_a_page(connection: Connection) -> None:
    add_article(connection)
    run = Run(params={"topic": "tea"})
    operator = make(HarvestOperator, "harvest")
    operator.execute(run.attempt(operator))
    workflow_id = derived_workflow("podcast", run.run_id)
    workflow = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    links = {link.name: link for link in operator.operator_extra_links}
    nothing: Any = None
    told = links["Workflow"].get_link(operator, ti_key=nothing)
    assert f"/episodes/{workflow_id}?key=" in told
    assert told.endswith("#steps")
    assert f"/episodes/{workflow_id}?key=" in links["Listen"].get_link(operator, ti_key=nothing)
    page, _, key = workflow["context_data"]["episode_url"].partition("?key=")
    assert page.endswith(f"/episodes/{workflow_id}")
    assert opens(flow_settings().secret_key.get_secret_value(), workflow_id, key)
