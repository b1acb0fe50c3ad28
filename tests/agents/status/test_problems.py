"""Whatever is wrong with a request, the answer is a documented problem."""

import uuid

import httpx
import pytest

from agents.status.problems import CATALOGUE
from tests.agents.status.conftest import Running
from tests.problems import read_problem, speak_no_http

TASK = f"/v1/tasks/{uuid.UUID(int=7)}"
LONG = "/v1/tasks/" + "x" * 2000
WRONG = {"Authorization": "Bearer wrong"}

TABLE: list[tuple[str, str, dict[str, object], int, str]] = [
    ("GET", TASK, {}, 404, "unknown-task"),
    ("GET", "/v1/tasks/no-uuid", {}, 404, "unknown-task"),
    ("GET", "/v1/tasks/%00", {}, 404, "unknown-task"),
    ("GET", LONG, {}, 404, "unknown-task"),
    ("GET", TASK, {"headers": WRONG}, 401, "unauthenticated"),
    ("GET", TASK, {"headers": {"Authorization": ""}}, 401, "unauthenticated"),
    ("GET", TASK, {"params": {"wait": "31"}}, 422, "invalid-request"),
    ("GET", TASK, {"params": {"wait": "nan"}}, 422, "invalid-request"),
    ("GET", TASK, {"params": {"wait_for": "godot"}}, 422, "invalid-request"),
    ("POST", TASK, {}, 405, "method-not-allowed"),
    ("DELETE", "/livez", {}, 405, "method-not-allowed"),
    ("GET", "/v1/tasks/", {}, 404, "not-found"),
    ("GET", "/livez/", {}, 404, "not-found"),
    ("GET", "/docs", {}, 404, "not-found"),
    ("GET", "/problems/unheard-of", {}, 404, "not-found"),
]


@pytest.mark.parametrize(("method", "path", "more", "status", "name"), TABLE)
def test_what_is_wrong_has_a_name(
    running: Running, method: str, path: str, more: dict[str, object], status: int, name: str
) -> None:
    answer = running.client.request(method, path, **more)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert read_problem(answer, CATALOGUE.kinds) == name
    page = running.client.get(answer.json()["type"])
    assert (page.status_code, CATALOGUE.kinds[name].title in page.text) == (200, True)


def test_a_method_that_is_not_known_is_told_which_are(running: Running) -> None:
    assert running.client.post(TASK).headers["Allow"] == "GET"


def test_an_invalid_wait_is_named(running: Running) -> None:
    errors = running.client.get(TASK, params={"wait": "soon"}).json()["errors"]
    assert [error["place"] for error in errors] == ["query.wait"]


def test_what_is_no_http_is_a_problem_too(running: Running) -> None:
    port = httpx.URL(running.client.base_url).port
    assert port
    raw = speak_no_http(port)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert b'"/problems/bad-request"' in body
