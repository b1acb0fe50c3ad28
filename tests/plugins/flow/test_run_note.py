"""The note on a run."""

import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from plugins.flow.outcome import Outcome
from plugins.flow.run_note import LONGEST, compose_note, write_note
from plugins.settings import flow_settings
from tests.plugins.flow.test_outcome import VOICE, steps


def test_the_note_says_what_was_made_and_how_long_it_took(chain: Path) -> None:
    workflow_id = uuid.uuid4()
    note = compose_note("Tea", Outcome("completed"), 123.0, workflow_id, steps().values())
    assert note.startswith("**Tea**, 2.0 min: completed.")
    assert f"/episodes/{workflow_id}?key=" in note
    for line in ("harvest (X): completed, 1.0 s", "forge_voice (X): completed, 1.0 s"):
        assert line in note


def test_the_note_of_a_failure_gives_the_reason(chain: Path) -> None:
    failed = steps(forge_voice=("failed", "Hoarse."))
    outcome = Outcome("failed", "The voices could not be recorded: Hoarse.")
    note = compose_note(None, outcome, None, uuid.uuid4(), failed.values())
    assert "No episode" in note
    assert str(outcome.error) in note
    assert "forge_voice (X): failed" in note


def test_a_note_is_never_longer_than_airflow_takes(chain: Path) -> None:
    outcome = Outcome("failed", "x" * 5000)
    note = compose_note(
        None, outcome, None, uuid.uuid4(), steps(forge_voice=("completed", VOICE)).values()
    )
    assert len(note) <= LONGEST


class AirflowApi(BaseHTTPRequestHandler):
    """Airflow's two answers that a note needs (Airflow itself is a matter of `make bench`)."""

    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        self._answer(201, b'{"access_token": "t"}')

    def do_PATCH(self) -> None:
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        length = int(self.headers["Content-Length"])
        self.asked.append((self.command, self.path, self.rfile.read(length)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_the_note_goes_to_the_run(chain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), AirflowApi)
    Thread(target=server.serve_forever, daemon=True).start()
    settings = flow_settings().model_copy(
        update={"airflow_url": f"http://127.0.0.1:{server.server_port}"}
    )
    assert write_note(settings, "podcast", "manual__2026-11-22T10:00:00+00:00", "Done.")
    server.shutdown()
    (_, login, _), (method, path, body) = AirflowApi.asked
    assert login == "/auth/token"
    assert (method, body) == ("PATCH", b'{"note":"Done."}')
    assert path == "/api/v2/dags/podcast/dagRuns/manual__2026-11-22T10%3A00%3A00%2B00%3A00"
