"""Whoever may not listen, or does not behave, is told why in words, and nobody else suffers."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.streamer.asf.conftest import Heard, Server, capability_for, collect, run_server
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble


def refusal(heard: Heard) -> str:
    assert heard.last["type"] == "error"
    assert heard.last["message"]
    return str(heard.last["code"])


def test_a_capability_that_is_none_opens_nothing(studio: Studio, server: Server) -> None:
    studio.open().append("0.0", babble(0.5), 0.2)
    others = [
        "", "x", "..", str(studio.stream_id),
        capability_for(studio, secret="guessed"),
        capability_for(studio, stream_id=uuid.uuid4()),
        capability_for(studio, user_id=uuid.uuid4()),
        capability_for(studio, user_id=None),
        "x" * 5000, "\0", "…", capability_for(studio)[:-1], capability_for(studio) + "A",
        capability_for(studio).swapcase(), capability_for(studio) + "=",
    ]  # fmt: skip
    for other in others:
        heard = server.listen(other)
        assert (refusal(heard), heard.data) == ("unknown_stream", b"")


def test_what_has_expired_says_so(studio: Studio, server: Server, capability: str) -> None:
    past = datetime.now(UTC) - timedelta(seconds=5)
    assert refusal(server.listen(capability_for(studio, expires_at=past))) == "expired_stream"
    _change(studio, "UPDATE streams SET expires_at = now() WHERE stream_id = %s")
    assert refusal(server.listen(capability)) == "expired_stream"
    studio.open().append("0.0", babble(0.5), 0.2)
    _change(studio, "UPDATE streams SET swept_at = now(), init_uri = NULL WHERE stream_id = %s")
    _change(studio, "UPDATE stream_segments SET uri = NULL WHERE stream_id = %s")
    assert refusal(server.listen(capability, cursor=5, revision=0)) == "expired_stream"


def test_a_cursor_beyond_the_end(studio: Studio, server: Server, capability: str) -> None:
    writer = studio.open()
    assert refusal(server.listen(capability, cursor=writer.length + 1)) == "future_cursor"
    ended = writer.end()
    assert refusal(server.listen(capability, cursor=ended.bytes + 1)) == "future_cursor"


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "-1"}, {"cursor": "1.5"}, {"cursor": "x"}, {"cursor": ""}, {"cursor": "9" * 20},
        {"cursor": "٣"}, {"from": "end"}, {"from": "live", "cursor": "0"}, {"revision": "new"},
    ],
)  # fmt: skip
def test_a_cursor_that_is_none(server: Server, capability: str, query: dict[str, str]) -> None:
    assert refusal(server.listen(capability, **query)) == "bad_cursor"


def test_a_voice_made_anew_sends_listeners_back_to_the_start(
    studio: Studio, server: Server, capability: str
) -> None:
    studio.open().append("0.0", babble(0.5), 0.2)
    with server.connect(capability) as socket:
        json.loads(socket.recv())
        studio.open("a new generation").append("0.0", babble(0.7), 0.2)
        assert refusal(collect(socket)) == "stream_restarted"
    assert refusal(server.listen(capability, cursor=10, revision=0)) == "stream_restarted"
    with server.connect(capability, cursor=10, revision=1) as socket:
        assert json.loads(socket.recv())["revision"] == 1


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_was_recorded_is_heard_before_the_bad_news(
    studio: Studio, server: Server, capability: str, status: str
) -> None:
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    with server.connect(capability) as socket:
        socket.recv()
        if status == "failed":
            writer.fail("The voice lost its voice.")
        else:
            writer.cancel()
        heard = collect(socket)
    assert refusal(heard) == f"stream_{status}"
    assert heard.last["message"] == {
        "failed": "The voice lost its voice.", "cancelled": "The podcast was cancelled.",
    }[status]  # fmt: skip
    assert len(heard.data) == writer.length
    assert len(server.listen(capability).data) == writer.length


@pytest.mark.parametrize(("outcome", "code"), [("failed", "failed"), ("cancelled", "cancelled")])
def test_a_flow_that_is_over_leaves_no_listener_waiting(
    studio: Studio, server: Server, capability: str, outcome: str, code: str
) -> None:
    """The voice died without a word, and nobody will try again."""
    studio.open()
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute(
            "UPDATE workflow_instances SET overall_status = %s, end_timestamp = now(),"
            " error_message = 'The voices could not be recorded.' WHERE workflow_id = %s",
            (outcome, studio.workflow_id),
        )
    heard = server.listen(capability)
    assert refusal(heard) == f"stream_{code}"
    assert heard.last["message"] == "The voices could not be recorded."


@pytest.mark.parametrize(
    "message",
    ["", "{}", "[]", "null", "pause", '{"type":"stop"}', '{"type":["pause"]}', "[" * 900, b"\0",
     '{"type":', '"' + "x" * 500 + '"'],
)  # fmt: skip
def test_a_message_nobody_understands(
    studio: Studio, server: Server, capability: str, message: str | bytes
) -> None:
    studio.open()
    with server.connect(capability) as socket:
        socket.recv()
        socket.send(message)
        assert refusal(collect(socket)) == "bad_message"


def test_an_oversized_message_ends_the_connection(
    studio: Studio, server: Server, capability: str
) -> None:
    studio.open()
    with server.connect(capability) as socket:
        socket.send('{"type":"pause","padding":"' + "x" * 5000 + '"}')
        assert collect(socket).close_code == 1009


def test_a_flood_of_messages_ends_the_connection(
    studio: Studio, server: Server, capability: str
) -> None:
    studio.open()
    with server.connect(capability) as socket:
        socket.recv()
        try:
            for _ in range(500):
                socket.send('{"type":"resume"}')
        except ConnectionClosed:
            pass
        assert refusal(collect(socket)) == "too_many_messages"


def test_a_full_house_says_so(studio: Studio) -> None:
    studio.open()
    capability = capability_for(studio)
    with run_server(studio, max_listeners=1) as server:
        with server.connect(capability) as socket:
            socket.recv()
            heard = server.listen(capability)
            assert refusal(heard) == "too_many_listeners"
            assert heard.last["retryable"] is True
        _wait_for(lambda: _listeners(server) == 0)
        with server.connect(capability) as socket:
            assert json.loads(socket.recv())["type"] == "stream_metadata"


def test_a_pause_has_an_end(studio: Studio) -> None:
    writer = studio.open()
    capability = capability_for(studio)
    with run_server(studio, longest_pause_seconds=0.2) as asf, asf.connect(capability) as socket:
        socket.recv()
        socket.recv()
        socket.send('{"type":"pause"}')
        assert socket.ping().wait(5)
        writer.append("0.0", babble(0.5), 0.2)
        assert refusal(collect(socket)) == "paused_too_long"


def test_pages_of_other_sites_are_turned_away(studio: Studio) -> None:
    studio.open()
    capability = capability_for(studio)
    with run_server(studio, allowed_origins="https://cast.example, http://127.0.0.1:8000") as asf:
        for origin in (Origin("https://cast.example"), Origin("http://127.0.0.1:8000"), None):
            with connect(asf.path(capability), origin=origin, proxy=None) as socket:
                assert json.loads(socket.recv())["type"] == "stream_metadata"
        for other in ("https://evil.example", "http://cast.example", "null"):
            with pytest.raises(InvalidStatus) as turned_away:
                connect(asf.path(capability), origin=Origin(other), proxy=None, legacy=True)
            assert turned_away.value.response.status_code == 403


def test_compression_is_never_agreed_to(studio: Studio, server: Server, capability: str) -> None:
    studio.open()
    with connect(server.path(capability), compression="deflate", proxy=None) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


def _change(studio: Studio, query: str) -> None:
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute(query.encode(), [studio.stream_id])


def _listeners(server: Server) -> int:
    answer: dict[str, Any] = httpx.get(
        f"http://127.0.0.1:{server.port}/readyz", trust_env=False
    ).json()
    return int(answer["listeners"])


def _wait_for(condition: Any) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to be")
