"""Only the house releases an episode, only its own file, only one that passed."""

import json
import time
import uuid
from typing import Any

import httpx
import pytest

from streamer.asf.problems import CATALOGUE
from streamer.internal import (
    NOTIFY_PATH,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    notification_headers,
    sign_notification,
)
from streamer.media import keep
from tests.problems import read_problem
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
        assert answer.status_code == 422
        assert read_problem(answer, CATALOGUE.kinds) == "unknown-file"
    assert released(studio) is False


def test_a_stream_that_has_not_ended_is_not_released(studio: Studio, server: Server) -> None:
    writer = studio.open()
    uri = writer.keep("episode.mp3", b"ID3", "audio/mpeg")
    assert say(server, stream_id=studio.stream_id, filepath=uri).status_code == 409
    assert released(studio) is False


BODY = json.dumps({"stream_id": str(uuid.UUID(int=7)), "filepath": "media:///a.mp3"}).encode()
HOUR = 3600


def signed(body: bytes = BODY, secret: str = SECRET, late: float = 0) -> dict[str, str]:
    """The headers of a notification that was signed so many seconds ago."""
    sent_at = int(time.time() - late)
    signature = sign_notification(secret, body, sent_at)
    return {TIMESTAMP_HEADER: str(sent_at), SIGNATURE_HEADER: signature}


def refused() -> dict[str, tuple[bytes, dict[str, str], int, str]]:
    """What is wrong, signed now: a signature made when the tests were found may be stale by now."""
    return {
        "a stream_id never issued": (BODY, signed(), 404, "unknown-stream"),
        "no signature": (BODY, {}, 401, "notification-refused"),
        "an empty signature": (
            BODY, {**signed(), SIGNATURE_HEADER: ""}, 401, "notification-refused",
        ),
        "no hexadecimal": (BODY, {**signed(), SIGNATURE_HEADER: "é"}, 401, "notification-refused"),
        "another secret": (BODY, signed(secret="guessed"), 401, "notification-refused"),
        "another body": (BODY + b" ", signed(), 401, "notification-refused"),
        "a late one": (BODY, signed(late=HOUR), 401, "notification-refused"),
        "one from the future": (BODY, signed(late=-HOUR), 401, "notification-refused"),
        "a stale one's new time": (
            BODY, {**signed(late=HOUR), TIMESTAMP_HEADER: str(int(time.time()))}, 401,
            "notification-refused",
        ),
        "a time that is none": (
            BODY, {**signed(), TIMESTAMP_HEADER: "noon"}, 401, "notification-refused",
        ),
        "a time beyond all": (
            BODY, {**signed(), TIMESTAMP_HEADER: "9" * 400}, 401, "notification-refused",
        ),
        "a huge body": (b" " * 100_000, signed(b" " * 100_000), 413, "body-too-large"),
        **{
            f"a body that is {body!r}": (body, signed(body), 422, "invalid-request")
            for body in (
                b"", b"{}", b"[]", b"{", b"\xff", b"null", b'{"stream_id":"x","filepath":"y"}',
                b'{"stream_id":"8d8ac610-566d-4ef0-9c22-186b2a5ed793"}', b"[" * 4000,
                BODY.replace(b"}", b', "more": 1}'), BODY.replace(b"a.mp3", b"\\u0000"),
            )
        },
    }  # fmt: skip


@pytest.mark.parametrize("wrong", refused())
def test_what_is_wrong_with_a_notification_has_a_name(server: Server, wrong: str) -> None:
    body, headers, status, name = refused()[wrong]
    headers = {key: value.encode() for key, value in headers.items()}  # type: ignore[misc]
    answer = notify(server, body, headers)
    assert answer.status_code == status, answer.text
    assert read_problem(answer, CATALOGUE.kinds) == name


def test_without_the_houses_signature_nothing_happens(studio: Studio, server: Server) -> None:
    uri = finished(studio)
    body = json.dumps({"stream_id": str(studio.stream_id), "filepath": uri}).encode()
    for headers in ({}, signed(body, "guessed"), signed(body, late=HOUR), signed(body + b" ")):
        assert notify(server, body, headers).status_code == 401
        assert released(studio) is False


def test_a_replay_inside_the_window_does_what_was_done_and_no_more(
    studio: Studio, server: Server
) -> None:
    """The same bytes again, as somebody on the way would send them, after the voice was made
    anew: what they name is not the new recording's file, so nothing unheard is released."""
    uri = finished(studio, {"passed": True})
    body = json.dumps({"stream_id": str(studio.stream_id), "filepath": uri}).encode()
    headers = signed(body)
    first, again = notify(server, body, headers), notify(server, body, headers)
    assert first.content == again.content
    anew = studio.open("another owner")
    replayed = notify(server, body, headers)
    assert (replayed.status_code, released(studio)) == (409, False)
    assert read_problem(replayed, CATALOGUE.kinds) == "stream-not-ended"
    anew.append("0.0", babble(0.5), 0.2)
    anew.end()
    anew.judge({"passed": False, "problems": ["a silence of 3.0 s"]})
    assert notify(server, body, headers).json()["released"] is False
    assert released(studio) is False


def test_health(server: Server) -> None:
    door = f"http://127.0.0.1:{server.port}"
    assert httpx.get(f"{door}/livez", trust_env=False).status_code == 200
    ready = httpx.get(f"{door}/readyz", trust_env=False)
    assert ready.json()["checks"] == {"database": True, "notifications": True, "media": True}
