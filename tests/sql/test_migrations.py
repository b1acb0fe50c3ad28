"""The schema is what the migrations say, however one gets there."""

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]


def test_all_tables_of_the_design_exist(connection: Connection) -> None:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchall()
    assert {
        "workflow_instances", "task_instances", "idempotency_keys", "topics_snippets",
        "generated_scripts", "user_sessions", "users", "podcasts", "sources", "script_parts",
        "stream_segments", "call_journal", "call_ledger", "request_keys", "media_objects",
    } <= {row[0] for row in rows}
