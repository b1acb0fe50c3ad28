"""What every request passes: tokens, limits, ids, problems, metrics."""

import json
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import psycopg
import pytest

from api.app import create_app
from api.problems import CATALOGUE
from api.settings import FacadeSettings
from tests.api.conftest import SECRET, Facade, ask_podcast, eventually, new_key
from tests.api.serving import serve

PODCASTS = "/api/v1/podcasts"
SOUND = {"sub": "someone", "aud": "aethercast", "exp": int(time.time()) + 600}


def bearer(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return "Bearer " + jwt.encode(claims, secret, algorithm=algorithm)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Basic YTpi",
        "Bearer nonsense",
        bearer({**SOUND, "exp": int(time.time()) - 60}),
        bearer({**SOUND, "aud": "elsewhere"}),
        bearer({**SOUND, "sub": ""}),
        bearer({**SOUND, "sub": "x" * 256}),
        bearer({**SOUND, "sub": "a\0b"}),
        bearer({key: value for key, value in SOUND.items() if key != "exp"}),
        bearer({key: value for key, value in SOUND.items() if key != "sub"}),
        bearer({key: value for key, value in SOUND.items() if key != "aud"}),
        bearer(SOUND, secret="another-secret-of-more-than-32-bytes"),
        bearer(SOUND, algorithm="HS512"),
        bearer(SOUND, secret="", algorithm="none"),
        bearer(SOUND)[:-2],
    ],
)
def test_without_a_valid_token_nothing_is_said(shared: Facade, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in (
        ("POST", PODCASTS),
        ("POST", "/api/v1/sources"),
        ("GET", f"{PODCASTS}/00000000-0000-0000-0000-000000000001"),
        ("GET", "/api/v1/workflows/00000000-0000-0000-0000-000000000001"),
    ):
        answer = httpx.request(method, shared.url + path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "/problems/unauthenticated"


def test_a_body_is_limited_said_or_unsaid(shared: Facade, caller: httpx.Client) -> None:
    shared.settings.max_json_bytes, limit = 1000, shared.settings.max_json_bytes
    shared.settings.max_upload_bytes, upload_limit = 2000, shared.settings.max_upload_bytes

    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 100

    try:
        json_type = {"Content-Type": "application/json"}
        large = json.dumps({"topic": "x" * 1000}).encode()
        for content in (large, pieces()):
            answer = caller.post(PODCASTS, content=content, headers={**new_key(), **json_type})
            assert answer.status_code == 413
            assert answer.json()["type"] == "/problems/body-too-large"
        for size, status in ((1500, 201), (2500, 413)):
            files = {"file": ("a", b"x" * size, "text/plain")}
            answer = caller.post("/api/v1/sources", files=files, headers=new_key())
            assert answer.status_code == status
        form = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = caller.post(PODCASTS, content=b"x" * 1500, headers={**new_key(), **form})
        assert answer.status_code == 413
    finally:
        shared.settings.max_json_bytes = limit
        shared.settings.max_upload_bytes = upload_limit


def test_headers_are_limited(caller: httpx.Client) -> None:
    answer = caller.get("/livez", headers={"X-Filler": "x" * 20_000})
    assert answer.status_code == 431
    assert answer.json()["type"] == "/problems/headers-too-large"


def test_every_answer_has_the_requests_id(caller: httpx.Client) -> None:
    assert (
        caller.get("/livez", headers={"X-Request-ID": "mine.1"}).headers["X-Request-ID"] == "mine.1"
    )
    made = caller.get("/nowhere", headers={"X-Request-ID": "not one!"}).headers["X-Request-ID"]
    assert made != "not one!"
    assert len(made) == 36


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("GET", "/api/v1/podcasts/", 404, "not-found"),
        ("PUT", "/api/v1/podcasts", 405, "method-not-allowed"),
        ("GET", "/api/v1/sources", 405, "method-not-allowed"),
        ("GET", "/api/v1/podcasts/not-an-id", 404, "not-found"),
        ("GET", "/api/v1/podcasts/%00", 404, "not-found"),
        ("GET", "/api/v1/workflows/7", 404, "not-found"),
        ("GET", "/problems/unheard-of", 404, "not-found"),
    ],
)
def test_the_frameworks_errors_are_problems_too(
    caller: httpx.Client, method: str, path: str, status: int, name: str
) -> None:
    answer = caller.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{name}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert answer.headers["Allow"]


def test_each_problem_has_a_page(caller: httpx.Client) -> None:
    listed = caller.get("/problems").text
    for name, kind in CATALOGUE.items():
        page = caller.get(kind.uri())
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert kind.uri() in listed
        assert len(kind.explanation()) > 30, name


def test_a_lost_database_is_said_in_words(settings: FacadeSettings) -> None:
    """The database is taken away under the facade and given back."""
    settings.database_wait_seconds = 1.0
    server, name = settings.database_url.rsplit("/", 1)
    with (
        serve(create_app(settings)) as url,
        Facade(url, settings).client() as ada,
        psycopg.connect(f"{server}/postgres", autocommit=True) as connection,
    ):
        assert ask_podcast(ada).status_code == 202
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        answer = ask_podcast(ada)
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        eventually(lambda: ask_podcast(ada).status_code == 202)
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/unavailable"
    assert "Retry-After" in answer.headers
    assert "psycopg" not in answer.text


def test_metrics_count_requests_and_workflows(facade: Facade, ada: httpx.Client) -> None:
    assert ask_podcast(ada).status_code == 202
    ada.get("/api/v1/podcasts/11111111-1111-1111-1111-111111111111")
    told = ada.get("/metrics")
    assert told.headers["Content-Type"].startswith("text/plain")
    labels = 'method="GET",route="/api/v1/podcasts/{workflow_id}",status="404"'
    assert f"aethercast_facade_requests_total{{{labels}}}" in told.text
    assert 'aethercast_workflows{status="pending"} 1.0' in told.text
    assert "11111111" not in told.text


def was_left(client: httpx.Client, path: str) -> bool:
    """Whether a POST there was counted as one whose caller went away."""
    labels = f'method="POST",route="{path}",status="499"'
    return f"requests_total{{{labels}}}" in client.get("/metrics").text


def test_a_caller_who_leaves_while_sending_is_no_fault_of_ours(
    facade: Facade, ada: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    form = "Content-Type: multipart/form-data; boundary=b"
    for path, kind in ((PODCASTS, "Content-Type: application/json"), ("/api/v1/sources", form)):
        head = f"POST {path} HTTP/1.1\r\nHost: here\r\n{kind}\r\nContent-Length: 100\r\n"
        head += f"Authorization: {ada.headers['Authorization']}\r\nX-Idempotency-Key: k\r\n\r\n--b"
        server = urlsplit(facade.url)
        with socket.create_connection((str(server.hostname), int(server.port or 0))) as connection:
            connection.sendall(head.encode())
        eventually(partial(was_left, ada, path))
    said = capsys.readouterr()
    assert "request.failed" not in said.out + said.err


def test_the_api_describes_itself(caller: httpx.Client) -> None:
    document = caller.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    references = set(_references(document))
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            by_link = "media" in path or path == "/api/v1/episodes/{key}"
            by_token = path.startswith("/api/v1/") and not by_link
            assert ("security" in operation) == by_token, path
            if by_token:
                assert "application/problem+json" in operation["responses"]["401"]["content"]
    created = document["paths"][PODCASTS]["post"]
    names = [parameter["name"] for parameter in created["parameters"]]
    assert names == ["X-Idempotency-Key", "X-Workflow-ID"]
    assert {"202", "400", "409", "422"} <= set(created["responses"])
    assert document["components"]["schemas"]["PodcastRequest"]["examples"]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)
