"""A refresh as the facade leaves it, and what its agents make of it."""

import json
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg.types.json import Jsonb

from sql.statements import Command
from tests.plugins.flow.podcasts import Accepted

Connection = psycopg.Connection[Any]
_PUBLISH = Command("snippets/publish")


class Ordered(Accepted):
    """A refresh that was ordered."""

    @property
    def run_id(self) -> str:
        return f"snippets__{self.workflow_id}"


def order(connection: Connection, user_id: UUID | None = None) -> Ordered:
    """The workflow of a refresh, as the facade writes it."""
    made = Ordered()
    connection.execute(
        """INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,
               dag_run_id, triggered_at)
           VALUES (%s, %s, 'snippets_refresh', 'snippets', %s, now())""",
        [made.workflow_id, user_id, made.run_id],
    )
    return made


def step(
    connection: Connection,
    refresh: Ordered,
    task_id: str,
    status: str,
    *,
    map_index: int = -1,
    inputs: dict[str, Any] | None = None,
    summary: dict[str, Any] | None = None,
    error: str | dict[str, Any] | None = None,
) -> None:
    """A step that has ended, or not."""
    connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, map_index,
               task_order, status, input_params, output_result_summary, error_details,
               start_timestamp, end_timestamp, try_number, max_tries)
           VALUES (%s, 'X', %s, %s, 0, %s, %s, %s, %s, now(), now(), 1, 2)""",
        [
            refresh.workflow_id,
            task_id,
            map_index,
            status,
            json.dumps(inputs or {}),
            None if summary is None else json.dumps(summary),
            json.dumps({"message": error} if isinstance(error, str) else error) if error else None,
        ],
    )


def tell(connection: Connection, topic: dict[str, Any]) -> None:
    """What the writer leaves of a topic: its card."""
    _PUBLISH.run(
        connection,
        snippet_id=uuid5(UUID(topic["topic_id"]), "snippet"),
        topic_id=topic["topic_id"],
        workflow_id=None,
        title=topic["title_suggestion"][:80],
        text_content="One sentence. Another one.",
        keywords=topic["keywords"],
        model="seeded",
        cover_art_prompt=f"Podcast cover about {topic['title_suggestion']}.",
        fingerprint=topic["fingerprint"],
        sentences=Jsonb([]),
        title_citations=Jsonb([]),
        length=None,
    )
