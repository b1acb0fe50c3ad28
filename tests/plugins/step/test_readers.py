"""A voice follows its script: cleared by the writer's new generation where nobody else did."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import psycopg
import pytest

from plugins.errors import NotCleared
from plugins.settings import flow_settings
from plugins.step.readers import clear_readers
from plugins.step.rows import Step
from tests.plugins.flow.podcasts import Accepted, accept, add_step, row_of

Connection = psycopg.Connection[Any]


class Clearing(BaseHTTPRequestHandler):
    """Airflow's answers to a log-in and a Clear; a real one clears in tests/acceptance."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/clearTaskInstances"):
            self.asked.append(body)
        self.send_response(201 if self.path == "/auth/token" else 200)
        answer = b'{"access_token": "t"}'
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def cleared(chain: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What Airflow was asked to clear."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Clearing)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AETHERCAST_AIRFLOW_URL", f"http://127.0.0.1:{server.server_port}")
    flow_settings.cache_clear()
    Clearing.asked.clear()
    yield Clearing.asked
    server.shutdown()
    flow_settings.cache_clear()


def rewrite(connection: Connection, podcast: Accepted) -> None:
    """The writer begins its first new generation."""
    row = add_step(connection, podcast, "weave_script", "in_progress")
    found = row_of(connection, "task_instances", "task_id", row)
    step = Step(row, podcast.workflow_id, None, 1, 0, None, found["start_timestamp"], "")
    place = {
        "dag_id": "podcast",
        "run_id": podcast.run_id,
        "airflow_task_id": "weave_script",
        "map_index": -1,
    }
    clear_readers(connection, step, place)


@pytest.mark.parametrize(
    ("row", "airflow", "is_cleared"),
    [
        ("completed", "success", True),
        ("failed", "failed", True),
        ("cancelled", "failed", True),
        ("in_progress", "running", True),
        ("dispatched", "deferred", True),
        ("in_progress", "scheduled", True),
        ("dispatched", "queued", True),
        ("completed", "none", False),
        ("completed", "scheduled", False),
        ("in_progress", "restarting", False),
        ("cancelled", "running", False),
        ("cancelled", "scheduled", False),
        ("cancelled", "queued", False),
        ("pending", "up_for_retry", False),
    ],
)
def test_a_voice_that_nobody_cleared_is_cleared(
    connection: Connection,
    cleared: list[dict[str, Any]],
    airflow_says: Callable[[str], None],
    row: str,
    airflow: str,
    is_cleared: bool,
) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "forge_voice", row)
    airflow_says(airflow)
    rewrite(connection, podcast)
    assert [each["task_ids"] for each in cleared] == ([["forge_voice"]] if is_cleared else [])
    for each in cleared:
        assert each["include_downstream"]
        assert each["dag_run_id"] == podcast.run_id
        assert not each["dry_run"]


def test_a_voice_that_was_never_begun_is_left_alone(
    connection: Connection, cleared: list[dict[str, Any]]
) -> None:
    rewrite(connection, accept(connection))
    assert cleared == []


def test_without_airflow_the_writer_tries_again(
    connection: Connection, airflow_says: Callable[[str], None]
) -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "forge_voice", "completed", summary={})
    for state in ("no answer", "success"):
        airflow_says(state)
        with pytest.raises(NotCleared) as refused:
            rewrite(connection, podcast)
        assert refused.value.retryable
        connection.execute("DELETE FROM task_instances WHERE airflow_task_id = 'weave_script'")
