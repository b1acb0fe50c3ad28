"""POST /sources: files and texts, taken once."""

import hashlib
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from streamer.media import open_store
from tests.api.conftest import Facade, new_key

Connection = psycopg.Connection[tuple[Any, ...]]
URL = "/api/v1/sources"
Upload = tuple[str, bytes, str]


def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(f"SELECT * FROM {table}".encode()).fetchall()


def test_a_file_is_kept_and_its_row_points_to_it(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    content = b"%PDF-1.7" + bytes(range(256)) * 9000  # more than is held in memory
    name = "..\\dir/../The café \u202e report.pdf"
    answer = ada.post(
        URL, files={"file": (name, content, "application/PDF; x=1")}, headers=new_key()
    )
    assert answer.status_code == 201
    [source] = rows(connection, "sources")
    [media] = rows(connection, "media_objects")
    assert answer.json() == {"source_id": str(source["source_id"])}
    assert source["kind"] == "upload"
    assert source["title"] == "The café  report.pdf"
    assert source["media_type"] == "application/pdf"
    assert source["body"] is None
    assert source["content_uri"] == media["uri"]
    assert source["sha256"] == media["sha256"] == hashlib.sha256(content).hexdigest()
    assert media["user_id"] == source["user_id"]
    assert media["stored_at"] is not None
    assert open_store(facade.settings.media_url).read(media["uri"]) == content


def test_a_text_needs_no_extraction(ada: httpx.Client, connection: Connection) -> None:
    text = "One line.\n\nAnother, with ünïcode.\t"
    answer = ada.post(URL, json={"title": " Notes ", "text": text}, headers=new_key())
    assert answer.status_code == 201
    [source] = rows(connection, "sources")
    assert (source["kind"], source["title"], source["body"]) == ("text", "Notes", text)
    assert source["content_uri"] is None


@pytest.mark.parametrize(
    "upload", [("a.txt", b"words", "text/plain"), ("a.txt", b"other", "text/html")]
)
def test_uploads_are_taken_once_by_content(caller: httpx.Client, upload: Upload) -> None:
    headers = new_key()
    first = caller.post(URL, files={"file": upload}, headers=headers)
    again = caller.post(URL, files={"file": upload}, headers=headers)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    changed = (upload[0], upload[1] + b"!", upload[2])
    other = caller.post(URL, files={"file": changed}, headers=headers)
    assert other.json()["type"] == "/problems/idempotency-key-reused"


@pytest.mark.parametrize(
    ("request_", "status", "problem"),
    [
        ({"files": {"file": ("a.txt", b"", "text/plain")}}, 422, "invalid-request"),
        ({"files": {"other": ("a.txt", b"x", "text/plain")}}, 422, "invalid-request"),
        ({"files": [("file", b"x"), ("file", b"y")]}, 422, "invalid-request"),
        ({"files": {"file": b"x"}, "data": {"a": "b"}}, 422, "invalid-request"),
        ({"json": {"title": "T", "text": ""}}, 422, "invalid-request"),
        ({"json": {"title": "T", "text": " \n"}}, 422, "invalid-request"),
        ({"json": {"title": "T"}}, 422, "invalid-request"),
        ({"json": {"text": "x"}}, 422, "invalid-request"),
        ({"json": {"title": "T", "text": "x", "path": "/etc"}}, 422, "invalid-request"),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, None),
        ({"content": b"x"}, 415, None),
        (
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
            400, "bad-request",
        ),
        (
            {"content": b"--b\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
            422, "invalid-request",
        ),
    ],
)  # fmt: skip
def test_what_is_not_taken(
    caller: httpx.Client, request_: dict[str, Any], status: int, problem: str | None
) -> None:
    headers = {**new_key(), **request_.pop("headers", {})}
    answer = caller.post(URL, headers=headers, **request_)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    if problem:
        assert answer.json()["type"] == f"/problems/{problem}"


def test_a_name_that_is_none_becomes_a_plain_title(
    ada: httpx.Client, connection: Connection
) -> None:
    ada.post(URL, files={"file": ("…", b"words", "what")}, headers=new_key())
    [source] = rows(connection, "sources")
    assert source["title"] == "Uploaded file"
    assert source["media_type"] == "application/octet-stream"
    assert UUID(str(source["source_id"]))
