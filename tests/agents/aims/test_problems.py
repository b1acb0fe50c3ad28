"""Whatever is wrong with a request to the model service, the answer is a documented problem."""

import uuid
from typing import Any

import httpx
import pytest

from agents.aims import errors
from agents.aims.problems import BY_ERROR, CATALOGUE, problem_of
from agents.aims.text import errors as text
from tests.agents.model_service import TOKEN, Aims
from tests.problems import read_problem, speak_no_http

SPEAK, WRITE = "/v1/synthesize", "/v1/generate"
LINE: dict[str, Any] = {"key": "a-key", "text": "Hello.", "voice": "heart", "rate": 1.0}
OUTLINE: dict[str, Any] = {
    "task": "podcast_outline",
    "sources": [{"id": "s", "text": "Too short."}],
}
TABLE: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", f"{SPEAK}/never-asked-for", {}, 404, "unknown-line"),
    ("GET", f"{SPEAK}/-", {}, 422, "invalid-request"),
    ("GET", f"{SPEAK}/x", {"params": {"wait": "99"}}, 422, "invalid-request"),
    ("POST", SPEAK, {"json": {**LINE, "voice": "nobody"}}, 422, "unknown-voice"),
    ("POST", SPEAK, {"json": {**LINE, "rate": 9}}, 422, "invalid-request"),
    ("POST", SPEAK, {"content": b"{"}, 422, "invalid-request"),
    ("POST", SPEAK, {"content": b"\xff"}, 422, "invalid-request"),
    ("POST", SPEAK, {}, 422, "invalid-request"),
    ("POST", SPEAK, {"headers": {"Authorization": "Bearer x"}}, 401, "unauthenticated"),
    ("GET", "/v1/voices", {"headers": {"Authorization": ""}}, 401, "unauthenticated"),
    ("POST", WRITE, {"json": {"task": "a poem"}}, 422, "unknown-text-task"),
    ("POST", WRITE, {"json": {"task": "podcast_outline"}}, 422, "incomplete-request"),
    ("POST", WRITE, {"json": OUTLINE}, 422, "sources-too-short"),
    ("POST", WRITE, {"json": []}, 422, "invalid-request"),
    ("PUT", WRITE, {}, 405, "method-not-allowed"),
    ("GET", "/v1/nothing", {}, 404, "not-found"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "more", "status", "name"), TABLE)
def test_what_is_wrong_has_a_name(
    aims: Aims, method: str, path: str, more: dict[str, Any], status: int, name: str
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", **more.get("headers", {})}
    answer = httpx.request(method, aims.url + path, **{**more, "headers": headers})
    assert answer.status_code == status, answer.text
    assert read_problem(answer, CATALOGUE.kinds) == name
    assert httpx.get(aims.url + answer.json()["type"]).status_code == 200


def test_a_key_for_two_lines_is_a_conflict(aims: Aims) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    line = {**LINE, "key": uuid.uuid4().hex}
    assert httpx.post(aims.url + SPEAK, json=line, headers=headers).status_code == 202
    answer = httpx.post(aims.url + SPEAK, json={**line, "text": "Bye."}, headers=headers)
    assert (answer.status_code, read_problem(answer, CATALOGUE.kinds)) == (409, "key-reused")


def test_what_is_no_http_is_a_problem_too(aims: Aims) -> None:
    assert b'"/problems/bad-request"' in speak_no_http(aims.port)


@pytest.mark.parametrize(
    ("error", "status"),
    [(text.QuoteNotFound(), 422), (text.VendorUnavailable(), 503), (errors.NothingToSay(), 422)],
)
def test_every_error_of_ours_has_a_kind(error: errors.AimsError, status: int) -> None:
    document = problem_of(error).document()
    assert (document["status"], document["retryable"]) == (status, error.retryable)
    assert document["error"] == type(error).__name__
    assert document["type"].removeprefix("/problems/") in CATALOGUE.kinds
    assert set(BY_ERROR.values()) <= set(CATALOGUE)
