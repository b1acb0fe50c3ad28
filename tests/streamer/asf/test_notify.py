"""Only the house releases an episode, only its own file, only one that passed."""

import json
import uuid
from typing import Any

import httpx
import pytest

from streamer.internal import (
    NOTIFY_PATH,
    SIGNATURE_HEADER,
    notification_headers,
    sign_notification,
)
from streamer.media import keep
from tests.streamer.asf.conftest import SECRET, Server
from tests.streamer.conftest import Studio, add_stream
from tests.streamer.sounds import babble


def notify(server: Server, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{server.port}{NOTIFY_PATH}",
        content=body,
        headers=notification_headers(SECRET, body) if headers is None else headers,
        trust_env=False,
    )


def say(server: Server, **document: Any) -> httpx.Response:
    return notify(server, json.dumps(document, default=str).encode())


def finished(studio: Studio, quality: dict[str, Any] | None = None) -> str:
    """A finished stream; returns the URI of its episode."""
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    writer.end()
    if quality is not None:
        writer.judge(quality)
    return writer.keep("episode.mp3", b"ID3", "audio/mpeg")


def released(studio: Studio) -> object:
    rows = studio.look("SELECT released FROM streams WHERE stream_id = %(stream)s")
    return rows[0][0]


def test_a_finished_episode_is_released_once_or_twice(studio: Studio, server: Server) -> None:
    uri = finished(studio, {"passed": True})
    for _ in range(2):
        answer = say(server, stream_id=studio.stream_id, filepath=uri)
        assert answer.status_code == 200
        assert answer.json() == {
            "stream_id": str(studio.stream_id), "released": True, "problems": [],
        }  # fmt: skip
        assert released(studio) is True


def test_a_failed_quality_control_withholds_release(studio: Studio, server: Server) -> None:
    uri = finished(studio, {"passed": False, "problems": ["a silence of 3.0 s"]})
    answer = say(server, stream_id=studio.stream_id, filepath=uri)
    assert answer.json()["released"] is False
    assert answer.json()["problems"] == ["a silence of 3.0 s"]
    assert released(studio) is False


def test_no_path_but_the_streams_own_is_taken(studio: Studio, server: Server) -> None:
    finished(studio)
    _, other_workflow, other_user = add_stream(studio.url)
    with studio.pool.connection() as connection:
        foreign = keep(
            connection, studio.store, f"other/{uuid.uuid4()}.mp3", b"ID3", "audio/mpeg",
            other_user, other_workflow,
        )  # fmt: skip
    for path in ("/etc/passwd", "file:///etc/passwd", "../../etc/passwd", "media:///../x",
                 "media:///nothing.mp3", "gs://elsewhere/x.mp3", "", foreign):  # fmt: skip
        answer = say(server, stream_id=studio.stream_id, filepath=path)
        assert (answer.status_code, answer.json()["type"]) == (422, "about:blank#unknown_file")
    assert released(studio) is False


def test_a_stream_that_has_not_ended_is_not_released(studio: Studio, server: Server) -> None:
    writer = studio.open()
    uri = writer.keep("episode.mp3", b"ID3", "audio/mpeg")
    assert say(server, stream_id=studio.stream_id, filepath=uri).status_code == 409
    assert released(studio) is False


def test_an_unknown_stream_is_404(server: Server) -> None:
    assert say(server, stream_id=uuid.uuid4(), filepath="media:///a.mp3").status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"{", b"\xff", b'{"stream_id":"x","filepath":"y"}',
             b'{"stream_id":"8d8ac610-566d-4ef0-9c22-186b2a5ed793"}'],
)  # fmt: skip
def test_a_body_that_is_none_is_422_and_says_why(server: Server, body: bytes) -> None:
    answer = notify(server, body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_without_the_houses_signature_nothing_happens(studio: Studio, server: Server) -> None:
    uri = finished(studio)
    body = json.dumps({"stream_id": str(studio.stream_id), "filepath": uri}).encode()
    good = notification_headers(SECRET, body)
    old = {**good, "X-Aethercast-Timestamp": "1700000000",
           SIGNATURE_HEADER: sign_notification(SECRET, body, 1700000000)}  # fmt: skip
    for headers in ({}, notification_headers("guessed", body), old, {**good, SIGNATURE_HEADER: ""}):
        assert notify(server, body, headers).status_code == 401
    assert notify(server, body + b" ", good).status_code == 401
    assert released(studio) is False


def test_a_long_body_is_not_read(server: Server) -> None:
    assert notify(server, b" " * 100_000).status_code == 413


def test_health(server: Server) -> None:
    door = f"http://127.0.0.1:{server.port}"
    assert httpx.get(f"{door}/livez", trust_env=False).status_code == 200
    ready = httpx.get(f"{door}/readyz", trust_env=False)
    assert ready.json()["checks"] == {
        "database": "ready", "notifications": "ready", "media": "ready",
    }  # fmt: skip
