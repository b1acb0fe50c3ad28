"""Puts an episode's rows and files where operators and agents would have put them."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from api.settings import FacadeSettings
from streamer.media import keep, open_store

Connection = psycopg.Connection[tuple[Any, ...]]
BODY = "Ünder the sea, the tide turns twice a day. It has done so for 4.5 billion years."
AUDIO = hashlib.sha256(b"sound").digest() * 20_000
"""640,000 bytes: more than two pieces of a streamed answer."""


@dataclass(frozen=True)
class Made:
    """A finished episode."""

    workflow_id: UUID
    source_id: UUID
    audio_uri: str


def ids_of(connection: Connection, workflow_id: UUID) -> tuple[UUID, UUID]:
    """A podcast's owner and script."""
    row = connection.execute(
        "SELECT user_id, script_id FROM podcasts WHERE podcast_id = %s", [workflow_id]
    ).fetchone()
    assert row is not None
    return UUID(str(row[0])), UUID(str(row[1]))


def start_task(
    connection: Connection,
    workflow_id: UUID,
    order: int,
    task: tuple[str, str],
    status: str,
    **columns: Any,
) -> UUID:
    """A task's row, as an operator writes it, and its dispatch."""
    agent, name = task
    dispatch = uuid4()
    connection.execute(
        """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id, queue,
                                         kwargs, status, progress, error)
           VALUES (%s, %s, %s, %s, %s, '{}', 'STARTED', %s, %s)""",
        [dispatch, str(dispatch), name, workflow_id, agent,
         Jsonb(columns.get("progress")), Jsonb(columns.get("error"))],
    )  # fmt: skip
    connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order, status,
                                       external_task_id, error_details, generation, retry_count)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [workflow_id, agent, name, order, status, dispatch, Jsonb(columns.get("error")),
         columns.get("generation", 0), columns.get("retries", 0)],
    )  # fmt: skip
    return dispatch


def write_source(connection: Connection, workflow_id: UUID, **columns: Any) -> UUID:
    """A harvested source of the podcast."""
    source_id = uuid4()
    user_id, _ = ids_of(connection, workflow_id)
    connection.execute(
        """INSERT INTO sources (source_id, user_id, kind, title, url, author, body, harvested_at)
           VALUES (%s, %s, 'url', %s, %s, 'A. Author', %s, now())""",
        [source_id, user_id, columns.get("title", "On tides"),
         columns.get("url", "https://example.org/tides?a=1&b=2"), columns.get("body", BODY)],
    )  # fmt: skip
    connection.execute("INSERT INTO podcast_sources VALUES (%s, %s, 0)", [workflow_id, source_id])
    return source_id


def write_script(
    connection: Connection, workflow_id: UUID, source_id: UUID, text: str, heading: str
) -> None:
    """A script of one part with one fact."""
    user_id, script_id = ids_of(connection, workflow_id)
    start = BODY.index("the tide")
    cited = {"source_id": str(source_id), "start": start, "end": start + len("the tide turns")}
    lines = [
        {"line_id": "0.0", "speaker": "host_b", "kind": "connective", "text": "So?",
         "citations": []},
        {"line_id": "0.1", "speaker": "host_a", "kind": "fact", "text": text,
         "citations": [cited]},
    ]  # fmt: skip
    connection.execute(
        """INSERT INTO generated_scripts (script_id, workflow_id, user_id, topic_hash, title,
                                          status, part_count, structured_script)
           VALUES (%s, %s, %s, 'h', 'Twice a day', 'completed', 1, %s)""",
        [script_id, workflow_id, user_id, Jsonb({"summary": "About tides."})],
    )
    connection.execute(
        "INSERT INTO script_parts VALUES (%s, 0, 0, %s, %s)", [script_id, heading, Jsonb(lines)]
    )


def speak(
    connection: Connection, workflow_id: UUID, line_id: str, first_frame: int, frames: int
) -> None:
    """A spoken line of the stream's record."""
    uri = f"media:///streams/{workflow_id}/{line_id}"
    connection.execute(
        "INSERT INTO media_objects (uri, media_type) VALUES (%s, 'audio/webm')", [uri]
    )
    connection.execute(
        """INSERT INTO stream_segments (stream_id, revision, position, line_id, uri, first_byte,
                                        bytes, first_frame, frames, sha256, fence)
           SELECT stream_id, revision, 1, %s, %s, 0, 9, %s, %s, '', 1 FROM streams
           WHERE workflow_id = %s""",
        [line_id, uri, first_frame, frames, workflow_id],
    )


def finish(
    connection: Connection,
    settings: FacadeSettings,
    workflow_id: UUID,
    text: str = "The tide turns.",
    heading: str = "The turn",
    **source: Any,
) -> Made:
    """A whole episode."""
    user_id, _ = ids_of(connection, workflow_id)
    source_id = write_source(connection, workflow_id, **source)
    write_script(connection, workflow_id, source_id, text, heading)
    start_task(connection, workflow_id, 0, ("wcha", "harvest"), "completed")
    speak(connection, workflow_id, "0.1", first_frame=101, frames=75)
    store = open_store(settings.media_url)
    stored = {
        name: keep(connection, store, f"w/{workflow_id}/{name}", data, kind, user_id, workflow_id)
        for name, data, kind in (
            ("episode.mp3", AUDIO, "audio/mpeg"),
            ("episode.webm", b"webm", "audio/webm"),
            ("cover.png", b"png", "image/png"),
        )
    }
    connection.execute(
        """UPDATE podcasts SET status = 'COMPLETED', title = 'Twice a day: the sea’s clock',
               audio_uri = %s, episode_uri = %s, cover_uri = %s, duration_seconds = 183.4,
               quality = '{"loudness": -16.1}', updated_at = now() WHERE podcast_id = %s""",
        [stored["episode.mp3"], stored["episode.webm"], stored["cover.png"], workflow_id],
    )
    connection.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now(),
               last_updated_timestamp = now() WHERE workflow_id = %s""",
        [workflow_id],
    )
    return Made(workflow_id, source_id, stored["episode.mp3"])
