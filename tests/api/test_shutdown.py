"""`python -m api` is told to stop: what is under way is finished, what is new goes elsewhere."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.token import issue
from tests.api.conftest import SECRET, ask_podcast, eventually
from tests.conftest import ROOT, clean_environment, free_port, stop
from tests.witness import foreign

Connection = psycopg.Connection[tuple[Any, ...]]
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\n"
)
TAIL = b"\r\n--b--\r\n"
CONTENT = b"x" * 300_000


class Process:
    """A facade in a process of its own, and one caller."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        port = free_port()
        airflow = foreign(f"http://127.0.0.1:{free_port()}")
        env = {
            "SECRET_KEY": SECRET, "SERVICE_TOKEN": "t", "DATABASE_URL": database_url,
            "API_PORT": str(port), "AIRFLOW_URL": airflow, **settings,
        }  # fmt: skip
        ours = {f"AETHERCAST_{name}": value for name, value in env.items()}
        self.port = port
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api"], cwd=folder, stdout=log, stderr=log,
                env={**clean_environment(), "PYTHONPATH": str(ROOT), **ours},
            )  # fmt: skip
        token = issue(SECRET.encode(), "ada", 600)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=self.headers, timeout=30
        )
        eventually(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.client.get("/livez").status_code == 200
        except httpx.TransportError:
            return False

    def begin_upload(self, name: str) -> socket.socket:
        """Send half of an upload, once the facade has asked for it."""
        connection = socket.create_connection(("127.0.0.1", self.port), 30)
        length = len(HEAD) + len(CONTENT) + len(TAIL)
        head = (
            f"POST /api/v1/sources HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nX-Idempotency-Key: {name}\r\n"
            f"Authorization: {self.headers['Authorization']}\r\nExpect: 100-continue\r\n\r\n"
        )
        connection.sendall(head.encode())
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += connection.recv(1)
        assert asked.startswith(b"HTTP/1.1 100 "), asked
        connection.sendall(HEAD + CONTENT[:100_000])
        return connection

    def is_draining(self) -> bool:
        """Whether /readyz says that the facade leaves."""
        told = self.client.get("/readyz").json()
        return any(part["missing"] == "is shutting down" for part in told["parts"])

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def process(tmp_path: Path, database_url: str) -> Iterator[Process]:
    facade = Process(tmp_path, database_url, DRAIN_SECONDS="3", SHUTDOWN_SECONDS="20")
    yield facade
    facade.client.close()
    stop(facade.process, signal.SIGKILL)


def test_what_is_under_way_is_finished(process: Process, connection: Connection) -> None:
    workflow_id = ask_podcast(process.client).json()["workflow_id"]
    idle = socket.create_connection(("127.0.0.1", process.port))
    upload = process.begin_upload("the-upload")
    with process.client.stream("GET", f"/api/v1/podcasts/{workflow_id}/events") as events:
        assert events.status_code == 200
        lines = events.iter_lines()
        assert next(lines)
        process.process.send_signal(signal.SIGTERM)
        eventually(process.is_draining)
        assert ask_podcast(process.client).status_code == 202  # those who come are still served
        eventually(lambda: not is_open(process.port))
        assert list(lines)[-1] == ""  # the stream ends, between two events
    assert process.process.poll() is None  # it waits for the upload
    upload.sendall(CONTENT[100_000:] + TAIL)
    answer = read_all(upload)
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert connection.execute("SELECT count(*) FROM sources").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM podcasts").fetchone() == (2,)
    assert process.process.wait(30) in (0, -signal.SIGTERM)
    assert read_all(idle) == b""
    assert "Traceback" not in process.log.read_text()
    assert [
        line["status"] for line in process.said() if line.get("route") == "/api/v1/sources"
    ] == [201]


def test_it_does_not_wait_for_ever(tmp_path: Path, database_url: str) -> None:
    process = Process(tmp_path, database_url, DRAIN_SECONDS="0", SHUTDOWN_SECONDS="1")
    upload = process.begin_upload("never-finished")
    process.process.send_signal(signal.SIGTERM)
    process.process.wait(30)
    answer = read_all(upload)
    assert answer.startswith(b"HTTP/1.1 503 "), answer
    assert b'"type":"/problems/unavailable"' in answer
    assert "Traceback" not in process.log.read_text()


def test_a_second_signal_ends_it_at_once(process: Process) -> None:
    upload = process.begin_upload("cut-off")
    process.process.send_signal(signal.SIGTERM)
    eventually(process.is_draining)
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(30) == 128 + signal.SIGTERM
    assert read_all(upload) == b""


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    pieces = []
    with connection:
        try:
            while piece := connection.recv(1 << 16):
                pieces.append(piece)
        except ConnectionResetError:
            pass
    return b"".join(pieces)
