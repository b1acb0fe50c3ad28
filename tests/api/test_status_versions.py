"""A status is known by its version: no change goes unseen, and a 304 joins nothing."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from api.app import create_app
from api.podcasts.bodies import Body, StatusBodies
from api.podcasts.versions import VERSIONS, VersionDesk
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually
from tests.api.made import finish
from tests.api.serving import serve
from tests.conftest import free_port

Connection = psycopg.Connection[tuple[Any, ...]]
CHANGES = """
UPDATE podcasts SET topic = 'Another';
UPDATE podcasts SET title = 'Another title';
UPDATE podcasts SET status = 'COMPLETED_WITH_ERRORS';
UPDATE podcasts SET error = 'A word on it.';
UPDATE podcasts SET preferences = '{"length_minutes": 7}';
UPDATE podcasts SET duration_seconds = 99;
UPDATE podcasts SET quality = '{"passed": true}';
UPDATE podcasts SET cover_uri = NULL;
UPDATE podcasts SET quality = '{"passed": false}';
UPDATE podcasts SET title = NULL, error = NULL;
UPDATE generated_scripts SET title = 'The script has one';
UPDATE generated_scripts SET structured_script = '{"summary": "Other words."}';
UPDATE generated_scripts SET status = 'writing';
UPDATE generated_scripts SET part_count = NULL, planned_parts = 7;
UPDATE generated_scripts SET estimated_seconds = 61.5;
UPDATE workflow_instances SET error_message = 'The workflow has one.';
UPDATE workflow_instances SET end_timestamp = end_timestamp + interval '1 hour';
UPDATE workflow_instances SET client_workflow_id = 'mine';
UPDATE workflow_instances SET end_timestamp = NULL, overall_status = 'in_progress';
UPDATE streams SET status = 'ended';
UPDATE streams SET expires_at = expires_at + interval '1 hour';
UPDATE streams SET swept_at = now();
UPDATE task_instances SET retry_count = 4;
UPDATE task_instances SET start_timestamp = now();
UPDATE task_instances SET end_timestamp = now();
UPDATE task_instances SET agent_name = 'somebody';
UPDATE agent_dispatches SET progress = '{"done": 1, "unit": "parts"}';
UPDATE task_instances SET status = 'failed', error_details = '{"message": "It broke."}';
UPDATE task_instances SET error_details = NULL;
UPDATE agent_dispatches SET error = '{"message": "The agent says why."}';
UPDATE task_instances SET external_task_id = NULL;
UPDATE task_instances SET external_task_id = (SELECT task_id FROM agent_dispatches);
DELETE FROM agent_dispatches;
INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order, generation)
    SELECT workflow_id, 'wcha', airflow_task_id, 0, 1 FROM task_instances;
DELETE FROM task_instances WHERE generation = 1;
INSERT INTO stream_segments
    SELECT stream_id, 0, 2, '0.0', uri, 9, 9, 300, 50, '', 1, now() FROM stream_segments;
DELETE FROM stream_segments WHERE line_id = '0.0';
UPDATE sources SET title = 'Renamed';
UPDATE sources SET url = 'https://example.org/elsewhere';
UPDATE sources SET author = 'B. Author';
UPDATE sources SET published_on = '2026-11-22';
UPDATE sources SET body = upper(body);
UPDATE sources SET harvested_at = NULL;
UPDATE sources SET kind = 'text';
INSERT INTO script_parts SELECT script_id, revision, 1, 'More', '[]' FROM script_parts;
DELETE FROM script_parts WHERE position = 1;
UPDATE media_objects SET bytes = 12 WHERE media_type = 'audio/webm' AND uri LIKE '%%episode%%';
UPDATE media_objects SET media_type = 'audio/ogg' WHERE uri LIKE '%%episode%%';
DELETE FROM podcast_sources;
UPDATE podcasts SET script_revision = 1
""".strip().split(";\n")
"""Everything a status shows, changed once, by whoever writes it."""


@pytest.fixture
def workflow_id(ada: httpx.Client, airflow: AirflowWire) -> UUID:
    """A podcast of ada's that has been handed to Airflow."""
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    page = f"/api/v1/workflows/{workflow_id}"
    eventually(lambda: ada.get(page).json()["triggered_at"])
    return workflow_id


def test_an_unchanged_status_is_304_and_no_change_goes_unseen(
    facade: Facade, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    finish(connection, facade.settings, workflow_id)
    path = f"/api/v1/podcasts/{workflow_id}"
    before = ada.get(path)
    seen = {before.headers["ETag"]}
    for change in CHANGES:
        connection.execute(change.encode())
        after = ada.get(path, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200, change
        assert after.content != before.content, change
        assert after.headers["ETag"] not in seen, change
        assert ada.get(path).content == after.content
        again = ada.get(path, headers={"If-None-Match": f'"x", W/{after.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b""), change
        assert again.headers["ETag"] == after.headers["ETag"]
        seen.add(after.headers["ETag"])
        before = after
    connection.execute("DELETE FROM podcasts")
    assert ada.get(path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 404


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes_of(part))]


def test_the_look_at_a_version_is_one_row_by_its_key(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole
        row = connection.execute(
            b"EXPLAIN (FORMAT JSON) " + VERSIONS.text, {"workflow_ids": [uuid4()]}
        ).fetchone()
    assert row is not None
    scans = [node for node in nodes_of(row[0][0]["Plan"]) if "Relation Name" in node]
    [scan] = scans
    assert scan["Relation Name"] == "workflow_versions"
    assert scan.get("Index Name", "workflow_versions_pkey") == "workflow_versions_pkey"
    assert {node["Node Type"] for node in nodes_of(row[0][0]["Plan"])} <= {
        "Index Scan", "Bitmap Heap Scan", "Bitmap Index Scan",
    }  # fmt: skip


def read_counts(connection: Connection) -> dict[str, int]:
    """How often each table was looked into, by whatever way."""
    rows = connection.execute(
        "SELECT relname, seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables"
    )
    return {str(name): int(count) for name, count in rows.fetchall()}


def test_neither_304_nor_a_200_that_is_kept_looks_into_what_a_status_joins(
    settings: Any, airflow: AirflowWire, connection: Connection
) -> None:
    with serve(create_app(settings)) as url:
        facade = Facade(url, settings)
        with facade.client() as ada:
            workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
            eventually(lambda: airflow.runs)
            finish(connection, settings, workflow_id)
    connection.execute("SELECT pg_stat_force_next_flush()")
    before = read_counts(connection)
    asked = 25
    with serve(create_app(settings)) as url, Facade(url, settings).client() as ada:
        path = f"/api/v1/podcasts/{workflow_id}"
        etag = ada.get(path).headers["ETag"]
        for _ in range(asked):
            assert ada.get(path, headers={"If-None-Match": etag}).status_code == 304
            assert ada.get(path).status_code == 200
    eventually(lambda: read_counts(connection)["workflow_versions"] > before["workflow_versions"])
    after = read_counts(connection)
    for table in ("podcasts", "streams", "script_parts", "sources", "media_objects", "users"):
        assert after[table] - before[table] < asked, table


def test_who_writes_reads_it_at_once_in_every_replica(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    with (
        serve(create_app(facade.settings)) as url,
        httpx.Client(base_url=url, headers=ada.headers, timeout=30) as other,
    ):
        for _ in range(5):
            path = f"/api/v1/podcasts/{ask_podcast(ada).json()['workflow_id']}"
            for client in (other, ada):
                assert client.get(path).json()["status"] == "GENERATING"
            assert ada.delete(path).status_code == 200
            for client in (other, ada):
                assert client.get(path).json()["status"] == "CANCELLED"


async def count_looks(database_url: str) -> tuple[int, list[object]]:
    async with VersionDesk(database_url, 5).open() as desk:
        await desk.look(uuid4())
        before = desk.queries
        found = await asyncio.gather(*(desk.look(uuid4()) for _ in range(50)))
        return desk.queries - before, list(found)


def test_many_who_ask_at_once_are_answered_by_one_query(database_url: str) -> None:
    queries, found = asyncio.run(count_looks(database_url))
    assert (queries, found) == (1, [None] * 50)


def test_a_lost_connection_is_replaced_before_anybody_notices(
    facade: Facade, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    path = f"/api/v1/podcasts/{workflow_id}"
    etag = ada.get(path).headers["ETag"]
    connection.execute(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND datname = current_database()"""
    )
    assert ada.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.fixture
def bodies() -> StatusBodies:
    return StatusBodies(most_bytes=100)


def build(content: bytes, built: list[bytes]) -> Coroutine[Any, Any, Body | None]:
    async def making() -> Body:
        built.append(content)
        await asyncio.sleep(0.01)
        return Body("tag", content, ended=False)

    return making()


async def read_bodies(bodies: StatusBodies, built: list[bytes]) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    for workflow_id, size in ((first, 60), (second, 40), (third, 50)):
        readers = [
            bodies.read(workflow_id, "tag", lambda size=size: build(b"x" * size, built))  # type: ignore[misc]
            for _ in range(10)
        ]
        assert {body.content for body in await asyncio.gather(*readers) if body} == {b"x" * size}
    for workflow_id, kept in ((third, True), (second, True), (first, False)):
        before = len(built)
        await bodies.read(workflow_id, "tag", lambda: build(b"y", built))
        assert (len(built) == before) == kept


def test_a_body_is_built_once_and_the_memory_for_bodies_is_bounded(bodies: StatusBodies) -> None:
    built: list[bytes] = []
    asyncio.run(read_bodies(bodies, built))
    assert [len(each) for each in built[:3]] == [60, 40, 50]


async def look_once(database_url: str, wait_seconds: float = 5) -> None:
    async with VersionDesk(database_url, wait_seconds).open() as desk:
        await desk.look(uuid4())


def test_who_looks_is_told_that_the_database_is_away() -> None:
    with pytest.raises(psycopg.OperationalError):
        asyncio.run(look_once(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"))


def test_who_looks_does_not_wait_for_a_database_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        with pytest.raises(psycopg.OperationalError, match="in time"):
            asyncio.run(look_once(url, wait_seconds=0.3))


async def look_behind_a_lock(database_url: str, connection: Connection) -> None:
    async with VersionDesk(database_url, 0.3).open() as desk:
        await desk.look(uuid4())
        with connection.transaction():
            connection.execute("LOCK TABLE workflow_versions")
            with pytest.raises(psycopg.OperationalError, match="in time"):
                await desk.look(uuid4())
        assert await desk.look(uuid4()) is None
        connection.execute("ALTER TABLE workflow_versions RENAME TO elsewhere")
        with pytest.raises(psycopg.OperationalError, match="workflow_versions"):
            await desk.look(uuid4())


def test_a_look_that_fails_is_an_answer_and_the_next_one_is_free(
    database_url: str, connection: Connection
) -> None:
    asyncio.run(look_behind_a_lock(database_url, connection))


async def look_while_the_connection_dies(database_url: str, connection: Connection) -> object:
    async with VersionDesk(database_url, 5).open() as desk:
        await desk.look(uuid4())
        with connection.transaction():
            connection.execute("LOCK TABLE workflow_versions")
            asking = asyncio.create_task(desk.look(uuid4()))
            blocked = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            # The database has no event to wait for.
            while (found := connection.execute(blocked).fetchone()) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            connection.execute("SELECT pg_terminate_backend(%s)", [found[0]])
        return await asking


def test_a_question_on_its_way_is_asked_again_when_its_connection_dies(
    database_url: str, connection: Connection
) -> None:
    looking = look_while_the_connection_dies(database_url, connection)
    assert asyncio.run(asyncio.wait_for(looking, 20)) is None
