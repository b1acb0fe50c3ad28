"""The views for analysts, over rows as a flow leaves them."""

import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from plugins.step.workflows import close
from tests.plugins.flow.podcasts import Accepted, accept, add_step

Connection = psycopg.Connection[Any]
CALLS = [
    ("speech", "kokoro", "completed", {"characters": 100, "audio_seconds": 6.5}, 0.001),
    ("speech", "kokoro", "completed", {"characters": 50, "audio_seconds": 3.5}, 0.001),
    ("speech", "kokoro", "reused", {}, 0),
    ("speech", "kokoro", "failed", {}, 0),
    ("speech", "kokoro", "started", {}, 0),
]


def spoken(connection: Connection) -> Accepted:
    """A podcast of Ada's whose voice was cleared once, and what its calls cost."""
    podcast = accept(connection)
    connection.execute(
        """WITH ada AS (
               INSERT INTO users (subject) VALUES ('ada') ON CONFLICT (subject)
               DO UPDATE SET subject = excluded.subject RETURNING user_id)
           UPDATE workflow_instances SET user_id = ada.user_id FROM ada WHERE workflow_id = %s""",
        [podcast.workflow_id],
    )
    step = add_step(connection, podcast, "forge_voice", "completed", summary={})
    connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order,
               status, generation, retry_count)
           VALUES (%s, 'VFA', 'forge_voice', 2, 'failed', 1, 2)""",
        [podcast.workflow_id],
    )
    key = f"key-{podcast.workflow_id}"
    connection.execute(
        """WITH sent AS (
               INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id,
                   queue, kwargs, status, created_at, started_at, finished_at)
               VALUES (gen_random_uuid(), %s, 'vfa.forge_voice', %s, 'vfa', '{}', 'SUCCESS',
                   now() - interval '9 s', now() - interval '7 s', now() - interval '2 s')
               RETURNING task_id)
           UPDATE task_instances SET external_task_id = sent.task_id, agent_name = 'VFA'
           FROM sent WHERE task_instances.task_id = %s""",
        [key, podcast.workflow_id, step],
    )
    for number, (kind, model, outcome, units, cost) in enumerate(CALLS):
        connection.execute(
            """INSERT INTO call_ledger (call_key, kind, model, workflow_id, task_name,
                   idempotency_key, fence, outcome, units, cost_usd, finished_at)
               VALUES (%s, %s, %s, %s, 'vfa.forge_voice', %s, 1, %s, %s, %s, now())""",
            [f"k{number}", kind, model, podcast.workflow_id, key, outcome, json.dumps(units), cost],
        )
    close(connection, podcast.workflow_id, "failed", "Hoarse.")
    return podcast


def rows(connection: Connection, query: str, *values: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def test_a_run_in_one_row(connection: Connection, chain: Path) -> None:
    podcast = spoken(connection)
    query = "SELECT * FROM run_report WHERE workflow_id = %s"
    (row,) = rows(connection, query, podcast.workflow_id)
    assert (row["owner"], row["topic"], row["status"]) == ("ada", "Tea", "failed")
    assert row["error"] == "Hoarse."
    assert row["started_by"] == "podcast_request"
    assert (row["steps"], row["retries"], row["clears"]) == (1, 2, 1)
    assert (row["model_calls"], row["calls_reused"], row["calls_failed"]) == (4, 1, 1)
    assert row["characters"] == 150
    assert float(row["cost_usd"]) == 0.002
    assert row["seconds"] >= 0
    assert row["first_sound_seconds"] is None


def test_a_run_without_a_call_costs_nothing(connection: Connection, chain: Path) -> None:
    podcast = accept(connection)
    query = "SELECT * FROM run_report WHERE workflow_id = %s"
    (row,) = rows(connection, query, podcast.workflow_id)
    assert (row["model_calls"], row["cost_usd"], row["owner"]) == (0, 0, None)
    assert row["seconds"] is None


def test_each_step_in_each_generation(connection: Connection, chain: Path) -> None:
    podcast = spoken(connection)
    query = "SELECT * FROM agent_report WHERE workflow_id = %s ORDER BY generation"
    first, second = rows(connection, query, podcast.workflow_id)
    assert (first["agent"], first["queued_seconds"], first["agent_seconds"]) == ("VFA", 2, 5)
    assert (first["model_calls"], first["calls_reused"]) == (4, 1)
    assert (second["status"], second["retries"], second["model_calls"]) == ("failed", 2, 0)


def test_the_days_costs_by_model(connection: Connection, chain: Path) -> None:
    spoken(connection)
    query = "SELECT * FROM cost_report WHERE owner = 'ada'"
    (row,) = rows(connection, query)
    assert (row["agent"], row["kind"], row["model"]) == ("VFA", "speech", "kokoro")
    times = row["calls"] // 4  # a podcast of hers in each test of this file
    assert times >= 1
    counts = (row["calls"], row["reused"], row["failed"], row["unfinished"])
    assert counts == (4 * times, times, times, times)
    assert (row["characters"], row["audio_seconds"]) == (150 * times, 10 * times)
