"""A podcast as the facade leaves it, and what its agents make of it."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

Connection = psycopg.Connection[Any]


@dataclass
class Accepted:
    """A podcast that was asked for."""

    workflow_id: UUID = field(default_factory=uuid.uuid4)
    stream_id: UUID = field(default_factory=uuid.uuid4)
    script_id: UUID = field(default_factory=uuid.uuid4)

    @property
    def run_id(self) -> str:
        return f"podcast__{self.workflow_id}"

    @property
    def conf(self) -> dict[str, Any]:
        return {"workflow_id": str(self.workflow_id)}


def accept(connection: Connection, preferences: dict[str, Any] | None = None) -> Accepted:
    """Workflow, stream and podcast, in one transaction, as the facade does."""
    made = Accepted()
    values = vars(made) | {"run_id": made.run_id, "preferences": json.dumps(preferences or {})}
    with connection.transaction():
        connection.execute(
            """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
               VALUES (%(workflow_id)s, 'podcast_request', 'podcast', %(run_id)s)""",
            values,
        )
        connection.execute(
            "INSERT INTO streams (stream_id, workflow_id) VALUES (%(stream_id)s, %(workflow_id)s)",
            values,
        )
        connection.execute(
            """INSERT INTO podcasts (podcast_id, topic, script_id, stream_id, preferences)
               VALUES (%(workflow_id)s, 'Tea', %(script_id)s, %(stream_id)s, %(preferences)s)""",
            values,
        )
    return made


def keep_media(connection: Connection, podcast: Accepted, name: str) -> str:
    """The row of a stored object of the podcast's."""
    uri = f"media:///{podcast.workflow_id}/{name}"
    connection.execute(
        """INSERT INTO media_objects (uri, workflow_id, media_type, bytes, stored_at)
           VALUES (%s, %s, 'audio/mpeg', 5, now())""",
        [uri, podcast.workflow_id],
    )
    return uri


def end_stream(connection: Connection, podcast: Accepted, quality: dict[str, Any]) -> None:
    """The voice has spoken its last line."""
    connection.execute(
        "UPDATE streams SET status = 'ended', ended_at = now(), quality = %s WHERE stream_id = %s",
        [json.dumps(quality), podcast.stream_id],
    )


def add_step(
    connection: Connection,
    podcast: Accepted,
    task_id: str,
    status: str,
    *,
    order: int = 0,
    summary: dict[str, Any] | None = None,
    message: str | None = None,
    begun: bool = True,
) -> UUID:
    """A step that has ended, or not; or one that is planned, and has not begun."""
    row = connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order, status,
               output_result_summary, error_details, start_timestamp, end_timestamp, try_number,
               max_tries)
           VALUES (%s, 'X', %s, %s, %s, %s, %s, CASE WHEN %s THEN now() END, now(), 1, 3)
           RETURNING task_id""",
        [
            podcast.workflow_id,
            task_id,
            order,
            status,
            None if summary is None else json.dumps(summary),
            None if message is None else json.dumps({"message": message}),
            begun,
        ],
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def row_of(connection: Connection, table: str, column: str, value: object) -> dict[str, Any]:
    """One row of a table."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        query = f"SELECT * FROM {table} WHERE {column} = %s"
        found = cursor.execute(query.encode(), [value]).fetchone()
    assert found is not None
    return found
