"""What goes wrong before a stream is open is a documented problem, handshakes included."""

from pathlib import Path

import httpx
import psycopg
import pytest

from streamer.asf.handshake import STREAM_PATH
from streamer.asf.problems import CATALOGUE
from streamer.internal import NOTIFY_PATH
from tests.conftest import create_database
from tests.problems import read_problem, speak_no_http
from tests.streamer.asf.conftest import Server, run_server
from tests.streamer.conftest import Studio, open_studio

SHAKE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip
TABLE: list[tuple[str, str, dict[str, str], int, str]] = [
    ("GET", STREAM_PATH, {}, 426, "upgrade-needed"),
    ("POST", STREAM_PATH, {}, 405, "method-not-allowed"),
    ("GET", STREAM_PATH, {**SHAKE, "Sec-WebSocket-Version": "8"}, 400, "handshake-refused"),
    ("GET", STREAM_PATH, {**SHAKE, "Sec-WebSocket-Key": "short"}, 400, "handshake-refused"),
    ("GET", STREAM_PATH, {k: v for k, v in SHAKE.items() if "Key" not in k}, 400,
     "handshake-refused"),
    ("GET", "/somewhere", SHAKE, 404, "not-found"),
    ("GET", "/somewhere", {}, 404, "not-found"),
    ("GET", "/livez/", {}, 404, "not-found"),
    ("GET", NOTIFY_PATH, {}, 405, "method-not-allowed"),
    ("POST", "/readyz", {}, 405, "method-not-allowed"),
    ("POST", NOTIFY_PATH, {}, 401, "notification-refused"),
]  # fmt: skip


def ask(server: Server, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    url = f"http://127.0.0.1:{server.port}{path}"
    return httpx.request(method, url, headers=headers, trust_env=False)


@pytest.mark.parametrize(("method", "path", "headers", "status", "name"), TABLE)
def test_what_is_wrong_has_a_name(
    server: Server, method: str, path: str, headers: dict[str, str], status: int, name: str
) -> None:
    answer = ask(server, method, path, headers)
    assert answer.status_code == status, answer.text
    assert read_problem(answer, CATALOGUE.kinds) == name
    page = ask(server, "GET", answer.json()["type"], {})
    assert (page.status_code, CATALOGUE.kinds[name].title in page.text) == (200, True)


def test_a_page_of_another_site_is_told_why(studio: Studio) -> None:
    with run_server(studio, allowed_origins="https://cast.example") as asf:
        answer = ask(asf, "GET", STREAM_PATH, {**SHAKE, "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert read_problem(answer, CATALOGUE.kinds) == "origin-not-allowed"


def test_what_is_no_http_is_a_problem_too(server: Server) -> None:
    assert b'"/problems/bad-request"' in speak_no_http(server.port)


def test_it_is_not_ready_without_its_database(
    postgres_server: str, template_database: str, tmp_path: Path
) -> None:
    url = create_database(postgres_server, template_database)
    with open_studio(url, tmp_path) as alone, run_server(alone) as asf:
        _shut(url)
        answer = ask(asf, "GET", "/readyz", {})
    assert answer.status_code == 503
    assert read_problem(answer, CATALOGUE.kinds) == "not-ready"
    assert answer.json()["checks"]["database"] is False


def _shut(url: str) -> None:
    """Put everybody out of a database and let nobody in."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
