"""The schema is what the migrations say, however one gets there."""

import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest

from scripts.local import postgres
from tests.conftest import ROOT, create_database

Connection = psycopg.Connection[tuple[object, ...]]
MIGRATIONS = sorted((ROOT / "sql" / "migrations").glob("*.sql"))


def dbmate(url: str, folder: Path, action: str) -> None:
    """Bring a database up by the migrations of a folder, or down by one."""
    command = [str(Path(sys.executable).parent / "dbmate"), "--no-dump-schema"]
    command += ["--migrations-dir", str(folder), "--url", f"{url}?sslmode=disable", action]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def dump_schema(url: str) -> str:
    """The schema as SQL. pg_dump wraps it in a random token, which is left out."""
    command = [str(postgres.binaries() / "pg_dump"), "--schema-only", "--no-owner", url]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    lines = dumped.stdout.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


@pytest.fixture(scope="module")
def newest_schema(postgres_server: str, template_database: str) -> str:
    """The schema after all migrations in one go, on an empty database."""
    return dump_schema(f"{postgres_server}/{template_database}")


def copy_first(count: int, folder: Path) -> Path:
    """A folder with the first ``count`` migrations."""
    folder.mkdir(exist_ok=True)
    for migration in MIGRATIONS[:count]:
        shutil.copy(migration, folder)
    return folder


def test_numbers_are_unique_and_names_say_what() -> None:
    numbers = [path.name.split("_", 1)[0] for path in MIGRATIONS]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 4 and number.isdigit() for number in numbers)


def test_a_previous_version_becomes_the_same_schema_as_an_empty_database(
    postgres_server: str, newest_schema: str, tmp_path: Path
) -> None:
    url = create_database(postgres_server)
    dbmate(url, copy_first(len(MIGRATIONS) - 1, tmp_path), "up")
    dbmate(url, copy_first(len(MIGRATIONS), tmp_path), "up")
    assert dump_schema(url) == newest_schema


def test_every_migration_can_be_taken_back(postgres_server: str, tmp_path: Path) -> None:
    url = create_database(postgres_server)
    schemas = []
    for count in range(1, len(MIGRATIONS) + 1):
        dbmate(url, copy_first(count, tmp_path), "up")
        schemas.append(dump_schema(url))
    for schema in reversed(schemas[:-1]):
        dbmate(url, tmp_path, "down")
        assert dump_schema(url) == schema


def test_a_workflow_that_came_while_versions_were_introduced_gets_one(
    postgres_server: str, tmp_path: Path
) -> None:
    url, workflow_id = create_database(postgres_server), uuid.uuid4()
    versions = [path.name for path in MIGRATIONS].index("0080_events.sql")
    dbmate(url, copy_first(versions + 1, tmp_path), "up")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
               VALUES (%s, 'podcast_request', 'podcast', 'one')""",
            [workflow_id],
        )
        connection.execute("DELETE FROM workflow_versions")
        dbmate(url, copy_first(versions + 2, tmp_path), "up")
        found = connection.execute("SELECT workflow_id, version, ended FROM workflow_versions")
        assert found.fetchall() == [(workflow_id, 0, None)]


def test_all_tables_of_the_design_exist(connection: Connection) -> None:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchall()
    assert {
        "workflow_instances",
        "task_instances",
        "idempotency_keys",
        "topics_snippets",
        "generated_scripts",
        "user_sessions",
        "users",
        "podcasts",
        "sources",
        "script_parts",
        "stream_segments",
        "call_journal",
        "call_ledger",
        "request_keys",
        "media_objects",
        "agent_dispatches",
    } <= {row[0] for row in rows}


def test_every_foreign_key_has_an_index_to_be_checked_by(connection: Connection) -> None:
    """Without one, each delete of a referenced row reads the whole referring table."""
    rows = connection.execute(
        """
        SELECT conrelid::regclass::text || '.' || attribute.attname
        FROM pg_constraint AS reference
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = conrelid AND attribute.attnum = conkey[1]
        WHERE contype = 'f' AND NOT EXISTS (
            SELECT FROM pg_index
            WHERE indrelid = conrelid AND indkey[0] = conkey[1])
        """
    ).fetchall()
    assert [row[0] for row in rows] == []
