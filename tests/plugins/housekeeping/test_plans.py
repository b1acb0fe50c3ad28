"""In a house that has grown, no sweep reads a whole table.

A model to scale: batches of five in tables of eight thousand stand for five hundred in millions.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from plugins.housekeeping.batches import GO_BY_INDEXES
from sql.statements import load_file
from tests.conftest import create_database

ROWS = 8_000
FILL = {
    "users": "INSERT INTO users (subject) SELECT n::text FROM many",
    "workflow_instances": """INSERT INTO workflow_instances (workflow_id, trigger_event_type,
        dag_id, dag_run_id, overall_status, end_timestamp)
        SELECT md5(n::text)::uuid,
               CASE WHEN n %% 2 = 0 THEN 'snippets_refresh' ELSE 'operator' END,
               'podcast', n, 'completed', age FROM many""",
    "request_keys": """INSERT INTO request_keys (user_id, request_key, route, fingerprint,
        status_code, body, expires_at)
        SELECT (SELECT user_id FROM users LIMIT 1), n, '', '', 200, '{}', later FROM many""",
    "idempotency_keys": """INSERT INTO idempotency_keys (idempotency_key, task_name, workflow_id,
        status, request_fingerprint, owner, result_payload, expires_at)
        SELECT n, 'a.b', md5(n::text)::uuid, 'completed', '', '',
               jsonb_build_object('uri', 'media:///key/' || n), later FROM many""",
    "agent_dispatches": """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name,
        workflow_id, queue, kwargs, status, finished_at)
        SELECT md5(n::text)::uuid, n, 'a.b', md5(n::text)::uuid, 'a', '{}', 'SUCCESS', age
        FROM many""",
    "call_journal": """INSERT INTO call_journal (call_key, kind, result, expires_at)
        SELECT n, 'speech', jsonb_build_object('audio_uri', 'media:///j/' || n), later
        FROM many""",
    "user_sessions": """INSERT INTO user_sessions (user_id, token_hash, expires_at)
        SELECT (SELECT user_id FROM users LIMIT 1), sha256(n::text::bytea), later FROM many""",
    "login_codes": """INSERT INTO login_codes (user_id, code_hash, expires_at)
        SELECT (SELECT user_id FROM users LIMIT 1), sha256(n::text::bytea), later FROM many""",
    "media_objects": """INSERT INTO media_objects (uri, media_type, bytes, stored_at,
        unreferenced_since)
        SELECT 'media:///m/' || n, 'audio/webm', 10, age,
               CASE WHEN n %% 500 = 0 THEN age END FROM many""",
    "sources": """INSERT INTO sources (source_id, kind, content_uri, harvested_at, created_at)
        SELECT md5(n::text)::uuid, 'upload', 'media:///m/' || n,
               CASE WHEN n %% 100 > 0 THEN now() END, age FROM many""",
    "streams": """INSERT INTO streams (stream_id, workflow_id, init_uri, stream_uri, expires_at,
        swept_at)
        SELECT md5(n::text)::uuid, md5(n::text)::uuid, 'media:///m/' || n, 'media:///m/' || n,
               age, CASE WHEN n %% 100 > 0 THEN now() END FROM many""",
    "stream_segments": """INSERT INTO stream_segments (stream_id, revision, position, uri,
        first_byte, bytes, first_frame, frames, sha256, fence)
        SELECT md5(n::text)::uuid, 0, 0, 'media:///m/' || n, 0, 1, 0, 0, '', 1 FROM many""",
    "podcasts": """INSERT INTO podcasts (podcast_id, topic, script_id, stream_id, audio_uri,
        episode_uri, cover_uri)
        SELECT md5(n::text)::uuid, 'Tea', md5(n::text)::uuid, md5(n::text)::uuid,
               'media:///m/' || n, 'media:///m/' || n, 'media:///m/' || n FROM many""",
    "podcast_sources": """INSERT INTO podcast_sources (podcast_id, source_id, position)
        SELECT md5(n::text)::uuid, md5(n::text)::uuid, 0 FROM many""",
    "workflow_versions": """INSERT INTO workflow_versions (workflow_id, changed_at)
        SELECT md5(n::text)::uuid, age FROM many""",
    "workflow_events": """INSERT INTO workflow_events (workflow_id, seq, kind, data)
        SELECT md5(n::text)::uuid, 1, 'status', '{}' FROM many""",
    "topics_snippets": """INSERT INTO topics_snippets (id, type, topic_id, title, image_url, state,
        retired_at, last_seen_at, generation_timestamp, user_id)
        SELECT md5(n::text)::uuid, 'topic', NULL::uuid, 'Tea', NULL, 'ready', NULL::timestamptz,
               age, age, NULL::uuid FROM many
        UNION ALL
        SELECT md5('card ' || n)::uuid, 'snippet', md5(n::text)::uuid, 'Tea', 'media:///m/' || n,
               CASE WHEN n %% 100 = 0 THEN 'retired' ELSE 'ready' END,
               CASE WHEN n %% 100 = 0 THEN age END, age, age,
               CASE WHEN n %% 10 = 0 THEN md5((n %% 70)::text)::uuid END FROM many""",
    "feed_items": """INSERT INTO feed_items (feed_url, item_key, title, body, sha256, last_seen_at)
        SELECT 'https://feed', n, 'Tea', '', '', age FROM many""",
    "pages": """INSERT INTO pages (page_id, kind, catalog, pool_version, snippet_ids, messages,
        sha256, created_at)
        SELECT md5(n::text)::uuid, 'landing', '', 1, '{}',
               jsonb_build_array('media:///p/' || n), '', age FROM many""",
    "refresh_orders": """INSERT INTO refresh_orders (scope, workflow_id, ordered_at, not_before)
        SELECT n, md5(n::text)::uuid, age, age FROM many""",
}
MANY = """WITH many AS (
    SELECT n, now() - make_interval(mins => n) AS age,
           now() + make_interval(mins => n - 50) AS later
    FROM generate_series(1, %(rows)s) AS n) """
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "most": 5, "dispatch_seconds": 86_400, "stream_seconds": 86_400, "session_seconds": 60,
    "event_seconds": 86_400 * 5,
    "explored_seconds": 86_400 * 5, "explored_cards": 5,
    "card_seconds": 86_400 * 5, "news_seconds": 86_400 * 5,
    "upload_seconds": 86_400, "media_seconds": 86_400,
    "after_id": uuid.UUID(int=0), "base": "media:///", "after_uri": "",
    "uris": [f"media:///m/{n}" for n in range(5)],
    "source_ids": [uuid.uuid4()], "workflow_ids": [uuid.uuid4()],
    "sizes": [1], "times": [LONG_AGO], "step": "s", "position": "",
}  # fmt: skip
WITH_TIME = {"hold_media", "ended_flows"}
FEW = {"forget_feeds"}
"""Of tables that stay small, which are read whole."""


@pytest.fixture(scope="module")
def grown(postgres_server: str, template_database: str) -> Iterator["psycopg.Connection[Any]"]:
    url = create_database(postgres_server, template_database)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, query in FILL.items():
            head, _, rest = query.partition("SELECT")
            connection.execute(f"{head}{MANY}SELECT{rest}".encode(), {"rows": ROWS})
            connection.execute(f"ANALYZE {table}".encode())
        yield connection


def nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        yield plan
        plan = list(plan.values())
    if isinstance(plan, list):
        for part in plan:
            yield from nodes(part)


@pytest.mark.parametrize("name", sorted(load_file("housekeeping")))
def test_every_query_goes_by_an_index(grown: "psycopg.Connection[Any]", name: str) -> None:
    asked = ASKED | {"after": LONG_AGO if name in WITH_TIME else ""}
    query = b"EXPLAIN (FORMAT JSON) " + load_file("housekeeping")[name]
    with grown.transaction():
        GO_BY_INDEXES.run(grown)
        row = grown.execute(query, asked).fetchone()
    assert row is not None
    read_whole = {
        node["Relation Name"] for node in nodes(row[0]) if node.get("Node Type") == "Seq Scan"
    }
    assert read_whole & set(FILL) == set()
    if name in FEW:
        return
    filters = [node["Filter"] for node in nodes(row[0]) if "Filter" in node]
    aged = [each for each in filters if "now()" in each or "clock_timestamp()" in each]
    assert [each for each in aged if "lease" not in each and "end_timestamp" not in each] == []


def test_what_metrics_counts_is_read_from_an_index_alone(grown: "psycopg.Connection[Any]") -> None:
    grown.execute("VACUUM ANALYZE workflow_instances")
    row = grown.execute(b"EXPLAIN (FORMAT JSON) " + load_file("runs")["count_by_status"]).fetchone()
    assert row is not None
    scans = {node["Node Type"] for node in nodes(row[0]) if "Relation Name" in node}
    assert scans == {"Index Only Scan"}
