"""The note on a run."""

import uuid
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import psycopg
import pytest

from plugins.flow.describe import describe_run
from plugins.flow.run_note import LONGEST, Made, compose_note, write_note
from plugins.settings import flow_settings
from plugins.step.rows import Cost
from plugins.step.workflows import close
from tests.plugins.flow.podcasts import accept, add_step
from tests.plugins.flow.test_outcome import steps

WORKFLOW = uuid.uuid4()
MADE = Made("podcast", "Tea", "completed", None, 123.0, 45.25)
COSTS = [Cost("VFA", 40, 2, 5230.0, 0.012), Cost("PSWA", 7, 0, 0.0, 0.003)]


def note_on(made: Made, costs: list[Cost], **changed: Any) -> str:
    done = steps(**changed)
    named = {"weave_script": "PSWA", "forge_voice": "VFA"}
    told = [replace(step, agent_name=named.get(name, "X")) for name, step in done.items()]
    return compose_note(WORKFLOW, made, told, costs)


def test_the_note_says_what_was_made_and_what_it_cost(chain: Path) -> None:
    note = note_on(MADE, COSTS)
    assert note.startswith("**Tea**, 2.0 min: completed.")
    assert f"/episodes/{WORKFLOW}?key=" in note
    for line in (
        "- harvest (X): completed, 1.0 s\n",
        "- weave_script (PSWA): completed, 1.0 s, 7 calls\n",
        "- forge_voice (VFA): completed, 1.0 s, 40 calls, 2 answered by the journal, 5,230 char",
        "45.2 s in all, 47 calls, 2 answered by the journal, $0.0150.",
    ):
        assert line in note


def test_the_note_of_a_failure_gives_the_reason(chain: Path) -> None:
    error = "The voices could not be recorded: Hoarse."
    note = note_on(
        Made("podcast", None, "failed", error, None, None), [], forge_voice=("failed", "Hoarse.")
    )
    assert "No episode" in note
    assert error in note
    assert "forge_voice (VFA): failed" in note
    assert note.endswith("0 calls, $0.0000.")


def test_a_note_is_never_longer_than_airflow_takes_and_keeps_its_steps(chain: Path) -> None:
    note = note_on(replace(MADE, error="x" * 5000), COSTS)
    assert len(note) <= LONGEST
    assert "generate_cover" in note


def test_the_note_is_read_from_the_rows(connection: "psycopg.Connection[Any]") -> None:
    podcast = accept(connection)
    add_step(connection, podcast, "harvest", "completed", summary={})
    for outcome, cost in (("completed", 0.25), ("reused", 0), ("failed", 0.5), ("started", 0)):
        connection.execute(
            """INSERT INTO call_ledger (call_key, kind, workflow_id, task_name, idempotency_key,
                   fence, outcome, units, cost_usd)
               VALUES ('k', 'speech', %s, 'vfa.forge_voice', 'i', 1, %s, '{"characters": 10}',
                       %s)""",
            [podcast.workflow_id, outcome, cost],
        )
    close(connection, podcast.workflow_id, "failed", "No voice.")
    note = describe_run(connection, podcast.workflow_id)
    assert note is not None
    assert note.startswith("**No episode**: failed.")
    assert "No voice." in note
    assert "2 calls, 1 answered by the journal, $0.7500." in note
    assert describe_run(connection, uuid.uuid4()) is None


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
