"""After a run, every table that the flow touches holds what the document says."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.acceptance.api import Document

Connection = psycopg.Connection[Any]


def rows(connection: Connection, query: str, **parameters: object) -> list[dict[str, Any]]:
    """All rows, as dictionaries."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), parameters).fetchall()


def row(connection: Connection, table: str, column: str, value: object) -> dict[str, Any]:
    """The one row of a table."""
    found = rows(connection, f"SELECT * FROM {table} WHERE {column} = %(value)s", value=value)
    assert len(found) == 1, (table, found)
    return found[0]


def test_the_workflow_is_closed(tables: Connection, episode: Document) -> None:
    workflow = row(tables, "workflow_instances", "workflow_id", episode["workflow_id"])
    assert workflow["overall_status"] == "completed"
    assert workflow["trigger_event_type"] == "podcast_request"
    assert workflow["trigger_event_details"]["topic"] == episode["topic"]
    assert workflow["dag_run_id"] == f"podcast__{episode['workflow_id']}"
    assert workflow["client_idempotency_key"]
    assert workflow["triggered_at"] <= workflow["end_timestamp"]
    assert workflow["error_message"] is None


def test_one_task_row_per_agent(tables: Connection, episode: Document) -> None:
    tasks = rows(
        tables,
        "SELECT * FROM task_instances WHERE workflow_id = %(id)s ORDER BY task_order",
        id=episode["workflow_id"],
    )
    assert {task["status"] for task in tasks} == {"completed"}
    names = [task["airflow_task_id"] for task in tasks]
    assert names[0] == "harvest"
    assert names[-1] == "publish"
    assert sorted(names[1:-1]) == ["forge_voice", "generate_cover", "weave_script"]
    for task in tasks:
        assert task["start_timestamp"] <= task["end_timestamp"]
        assert task["output_result_summary"]
        assert task["retry_count"] == 0


def test_each_agent_call_has_one_completed_key(tables: Connection, episode: Document) -> None:
    keys = rows(
        tables,
        "SELECT * FROM idempotency_keys WHERE workflow_id = %(id)s",
        id=episode["workflow_id"],
    )
    assert {key["task_name"] for key in keys} == {
        "pswa.weave_script", "vfa.forge_voice", "iga.generate_image"
    }  # fmt: skip
    assert len(keys) == 3
    for key in keys:
        assert key["status"] == "completed"
        assert key["attempts"] == 1
        assert key["result_payload"]
        assert key["error_payload"] is None
        task = row(tables, "agent_dispatches", "idempotency_key", key["idempotency_key"])
        assert row(tables, "task_instances", "external_task_id", task["task_id"])


def test_the_script_and_its_parts(tables: Connection, episode: Document) -> None:
    script = row(tables, "generated_scripts", "workflow_id", episode["workflow_id"])
    parts = rows(
        tables,
        "SELECT * FROM script_parts WHERE script_id = %(id)s ORDER BY position",
        id=script["script_id"],
    )
    assert script["status"] == "completed"
    assert script["part_count"] == len(parts)
    assert script["topic_hash"]
    assert script["llm_model_used"]
    assert [part["position"] for part in parts] == list(range(len(parts)))
    assert [part["lines"] for part in parts] == [
        part["lines"] for part in script["structured_script"]["parts"]
    ]


def test_the_streams_record_is_gapless(tables: Connection, episode: Document) -> None:
    stream = row(tables, "streams", "workflow_id", episode["workflow_id"])
    segments = rows(
        tables,
        "SELECT * FROM stream_segments WHERE stream_id = %(id)s ORDER BY position",
        id=stream["stream_id"],
    )
    byte = frame = 0
    for position, segment in enumerate(segments):
        assert segment["position"] == position
        assert segment["first_byte"] == byte
        assert segment["first_frame"] == frame
        byte += segment["bytes"]
        frame += segment["frames"]
    assert stream["bytes"] == byte
    assert stream["frames"] == frame
    assert stream["status"] == "ended"
    assert stream["released"]
    assert stream["sha256"]


def test_every_call_stands_once_in_the_ledger(tables: Connection, episode: Document) -> None:
    calls = rows(
        tables, "SELECT * FROM call_ledger WHERE workflow_id = %(id)s", id=episode["workflow_id"]
    )
    spoken = [call for call in calls if call["kind"] == "speech"]
    lines = sum(len(part["lines"]) for part in episode["script"]["parts"])
    assert len(spoken) == len({call["call_key"] for call in spoken})
    assert lines >= len(spoken) > 10
    assert {call["outcome"] for call in calls} <= {"completed", "reused"}
    for call in calls:
        assert row(tables, "call_journal", "call_key", call["call_key"])


def test_the_podcast_and_its_media(tables: Connection, episode: Document) -> None:
    podcast = row(tables, "podcasts", "podcast_id", episode["podcast_id"])
    assert podcast["status"] == "COMPLETED"
    assert podcast["notification_status"] == "notified"
    assert podcast["user_id"]
    assert podcast["quality"]
    for name in ("audio_uri", "episode_uri", "cover_uri"):
        media = row(tables, "media_objects", "uri", podcast[name])
        assert media["stored_at"]
        assert media["bytes"] > 0
        assert len(media["sha256"]) == 64


def test_the_sources_are_harvested(tables: Connection, episode: Document) -> None:
    for source in episode["sources"]:
        stored = row(tables, "sources", "source_id", source["source_id"])
        assert stored["kind"] == "upload"
        assert stored["harvested_at"]
        assert len(stored["body"].split()) > 400
        assert stored["outline"]


def test_the_request_is_remembered(tables: Connection, episode: Document) -> None:
    workflow = row(tables, "workflow_instances", "workflow_id", episode["workflow_id"])
    request = row(tables, "request_keys", "request_key", workflow["client_idempotency_key"])
    assert request["status_code"] == 202
    assert request["user_id"] == workflow["user_id"]
