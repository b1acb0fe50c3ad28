"""Health checks against real servers."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from scripts.local.probe import explain, health_of, problem_with
from tests.conftest import free_port
from tests.scripts.conftest import ROOT

REPORT = {"scheduler": {"status": "healthy"}, "triggerer": {"status": None}}


class Answers(BaseHTTPRequestHandler):
    """A web server with one good page, one bad one and a health report."""

    pages: ClassVar[dict[str, tuple[int, object]]] = {
        "/readyz": (200, {"ready": True}),
        "/report": (200, REPORT),
        "/missing": (503, {"ready": False, "parts": [
            {"part": "airflow", "ready": False, "missing": "no scheduler"},
            {"part": "broker", "ready": True, "missing": None},
        ]}),
    }  # fmt: skip

    def do_GET(self) -> None:
        status, body = self.pages[self.path]
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_healthy_service_has_no_problem(web: str) -> None:
    assert problem_with(f"{web}/readyz") == ""
    assert problem_with(web.replace("http", "tcp")) == ""


def test_what_is_missing_is_named(web: str) -> None:
    assert problem_with(f"{web}/missing") == "airflow (no scheduler)"


def test_a_component_is_looked_up_in_the_report(web: str) -> None:
    assert problem_with(f"{web}/report", "scheduler") == ""
    assert problem_with(f"{web}/report", "triggerer") == "triggerer is not there"
    assert "does not know" in problem_with(f"{web}/report", "nobody")


def test_nobody_listening_is_a_problem() -> None:
    for scheme in ("http", "tcp", "postgresql"):
        assert problem_with(f"{scheme}://127.0.0.1:{free_port()}")


def test_postgresql_is_asked_without_a_password(postgres_server: str) -> None:
    assert problem_with("postgresql://" + postgres_server.partition("@")[2]) == ""


def test_as_a_command_it_ends_with_0_or_1(web: str) -> None:
    for page, code in (("/readyz", 0), ("/missing", 1)):
        command = [sys.executable, "-m", "scripts.local.probe", f"{web}{page}"]
        assert subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL).returncode == code


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"checks": {"queue vfa": false, "broker": true}}', "queue vfa"),
        (b'{"status": 503, "detail": "The voices are warming up."}', "The voices are warming up."),
        (b"<html>", "HTTP 503"),
        (b"[]", "HTTP 503"),
    ],
)
def test_every_service_s_own_words_are_understood(body: bytes, words: str) -> None:
    assert explain(body, "HTTP 503") == words


def test_a_report_that_is_none_is_no_health() -> None:
    assert health_of("scheduler", b"nonsense")
