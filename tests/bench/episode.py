"""The rows of a finished three-minute episode, as the flow leaves them."""

import uuid
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

PARTS, LINES, SOURCES = 5, 8, 3
_SENTENCE = (
    "By the middle of the century the houses of the harbour roasted {0} tonnes a year, and the "
    "price of a cup had fallen to a quarter of what it was in {1}. "
)
_STEPS = (
    ("wcha", "harvest"), ("pswa", "weave_script"), ("vfa", "forge_voice"),
    ("iga", "generate_cover"), ("CPOA", "publish"),
)  # fmt: skip


def write_episode(connection: psycopg.Connection[Any], workflow_id: UUID) -> None:
    """Fill in what an accepted podcast still lacks, and close it."""
    with connection.transaction():
        sources = [_write_source(connection, workflow_id, place) for place in range(SOURCES)]
        _write_script(connection, workflow_id, sources)
        for order, (agent, task) in enumerate(_STEPS):
            _write_step(connection, workflow_id, order, agent, task)
        _finish(connection, workflow_id)


def _write_source(connection: psycopg.Connection[Any], workflow_id: UUID, place: int) -> UUID:
    source_id = uuid.uuid4()
    body = "".join(_SENTENCE.format(1000 + at, 1700 + at) for at in range(80))
    connection.execute(
        """INSERT INTO sources (source_id, user_id, kind, title, url, author, body, harvested_at)
           SELECT %s, user_id, 'url', %s, %s, 'An Author', %s, now() FROM podcasts
           WHERE podcast_id = %s""",
        [source_id, f"How the trade grew, volume {place}",
         f"https://example.org/coffee/{place}", body, workflow_id],
    )  # fmt: skip
    connection.execute(
        "INSERT INTO podcast_sources VALUES (%s, %s, %s)", [workflow_id, source_id, place]
    )
    return source_id


def _write_script(
    connection: psycopg.Connection[Any], workflow_id: UUID, sources: list[UUID]
) -> None:
    connection.execute(
        """INSERT INTO generated_scripts (script_id, workflow_id, user_id, topic_hash, title,
                                          status, part_count, structured_script)
           SELECT script_id, podcast_id, user_id, 'h', 'A cup for everyone', 'completed', %s, %s
           FROM podcasts WHERE podcast_id = %s""",
        [PARTS, Jsonb({"summary": "How a drink of the few became one of all."}), workflow_id],
    )
    frame = 0
    for position in range(PARTS):
        lines = [_line(position, number, sources) for number in range(LINES)]
        connection.execute(
            """INSERT INTO script_parts (script_id, revision, position, heading, lines)
               SELECT script_id, 0, %s, %s, %s FROM podcasts WHERE podcast_id = %s""",
            [position, f"Part {position}", Jsonb(lines), workflow_id],
        )
        for number in range(LINES):
            frame = _speak(connection, workflow_id, position, number, frame)


def _line(position: int, number: int, sources: list[UUID]) -> dict[str, Any]:
    text = _SENTENCE.format(1000 + number, 1700 + number)
    start = number * len(text)
    cited = {"source_id": str(sources[number % SOURCES]), "start": start, "end": start + len(text)}
    return {
        "line_id": f"{position}.{number}", "speaker": "host_a" if number % 2 == 0 else "host_b",
        "kind": "fact", "text": text.strip(), "citations": [cited],
    }  # fmt: skip


def _speak(
    connection: psycopg.Connection[Any], workflow_id: UUID, position: int, number: int, frame: int
) -> int:
    uri, frames = f"media:///s/{workflow_id}/{position}.{number}.webm", 225
    connection.execute(
        "INSERT INTO media_objects (uri, media_type, bytes) VALUES (%s, 'audio/webm', 36000)", [uri]
    )
    connection.execute(
        """INSERT INTO stream_segments (stream_id, revision, position, line_id, uri, first_byte,
                                        bytes, first_frame, frames, sha256, fence)
           SELECT stream_id, 0, %s, %s, %s, %s, 36000, %s, %s, 'x', 1 FROM podcasts
           WHERE podcast_id = %s""",
        [position * LINES + number, f"{position}.{number}", uri, frame * 160, frame, frames,
         workflow_id],
    )  # fmt: skip
    return frame + frames


def _write_step(
    connection: psycopg.Connection[Any], workflow_id: UUID, order: int, agent: str, task: str
) -> None:
    dispatch = uuid.uuid4()
    connection.execute(
        """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id, queue,
                                         kwargs, status, progress)
           VALUES (%s, %s, %s, %s, %s, '{}', 'SUCCESS', %s)""",
        [
            dispatch,
            str(dispatch),
            task,
            workflow_id,
            agent,
            Jsonb({"done": 5, "total": 5, "unit": "parts"}),
        ],
    )
    connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order,
               status, external_task_id, start_timestamp, end_timestamp)
           VALUES (%s, %s, %s, %s, 'completed', %s, now(), now())""",
        [workflow_id, agent, task, order, dispatch],
    )


def _finish(connection: psycopg.Connection[Any], workflow_id: UUID) -> None:
    files = {"audio": "audio/mpeg", "episode": "audio/webm", "cover": "image/jpeg"}
    for name, media_type in files.items():
        connection.execute(
            "INSERT INTO media_objects (uri, media_type, bytes, stored_at) "
            "VALUES (%s, %s, 1500000, now())",
            [f"media:///w/{workflow_id}/{name}", media_type],
        )
        connection.execute(
            f"UPDATE podcasts SET {name}_uri = %s WHERE podcast_id = %s".encode(),
            [f"media:///w/{workflow_id}/{name}", workflow_id],
        )
    connection.execute(
        """UPDATE podcasts SET status = 'COMPLETED', title = 'A cup for everyone',
               duration_seconds = 180, quality = '{"passed": true, "problems": []}'
           WHERE podcast_id = %s""",
        [workflow_id],
    )
    connection.execute("UPDATE streams SET status = 'ended' WHERE workflow_id = %s", [workflow_id])
    connection.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now(),
               triggered_at = now() WHERE workflow_id = %s""",
        [workflow_id],
    )
