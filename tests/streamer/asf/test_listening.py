"""What a listener hears is what was recorded, from any byte, at any time, byte for byte."""

import hashlib
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from websockets.sync.client import ClientConnection

from streamer.record import EndedStream
from streamer.webm import write_header
from tests.streamer.asf.conftest import Heard, Server, collect
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble
from tests.streamer.speaker import LINES, speak


def test_the_whole_stream_from_the_start(studio: Studio, server: Server, capability: str) -> None:
    ended = _recorded(studio)
    heard = server.listen(capability)
    assert heard.controls == [
        {
            "type": "stream_metadata", "mime": 'audio/webm; codecs="opus"', "codec": "opus",
            "sample_rate": 48000, "channels": 1, "cursor": 0, "header_bytes": 0, "live": False,
            "revision": 0,
        },
        {"type": "stream_end", "bytes": ended.bytes, "sha256": ended.sha256},
    ]  # fmt: skip
    assert hashlib.sha256(heard.data).hexdigest() == ended.sha256
    assert heard.chunks[0] == write_header()
    assert max(map(len, heard.chunks)) < 4000


def test_every_cursor_continues_to_the_same_whole(
    studio: Studio, server: Server, capability: str
) -> None:
    data = studio.store.read(_recorded(studio, lines=4).uri)
    starts = [0, 1, 100, 168, 169, 170, len(data) - 1, len(data)]
    starts += [random.Random(3).randrange(len(data)) for _ in range(12)]
    for cursor in starts:
        heard = server.listen(capability, cursor=cursor)
        assert heard.controls[0]["cursor"] == cursor
        assert data[:cursor] + heard.data == data
        assert heard.last["sha256"] == hashlib.sha256(data).hexdigest()


def test_live_listeners_hear_lines_as_they_are_recorded(
    studio: Studio, server: Server, capability: str
) -> None:
    """Eight listen before the first line; after each line they have all of it at once."""
    writer = studio.open()
    with ExitStack() as stack:
        sockets = [stack.enter_context(server.connect(capability)) for _ in range(8)]
        assert all(json.loads(socket.recv())["live"] for socket in sockets)
        heard = [b""] * len(sockets)
        for line_id, samples in LINES[:3]:
            writer.append(line_id, samples, 0.2)
            for place, socket in enumerate(sockets):
                heard[place] += hear(socket, writer.length - len(heard[place]))
        ended = writer.end()
        for place, socket in enumerate(sockets):
            assert json.loads(socket.recv(timeout=5))["sha256"] == ended.sha256
            assert hashlib.sha256(heard[place]).hexdigest() == ended.sha256


def hear(socket: ClientConnection, length: int) -> bytes:
    """So many bytes of audio, and not one more."""
    heard = b""
    while len(heard) < length:
        message = socket.recv(timeout=5)
        assert isinstance(message, bytes)
        heard += message
    assert len(heard) == length
    return heard


def test_a_late_joiner_at_the_live_edge_gets_the_header_and_the_newest_line(
    studio: Studio, server: Server, capability: str
) -> None:
    writer = studio.open()
    writer.append("0.0", babble(1.0), 0.2)
    newest = writer.append("0.1", babble(1.0, seed=2), 0.2)
    with server.connect(capability, **{"from": "live"}) as socket:
        begin = json.loads(socket.recv())
        assert (begin["cursor"], begin["header_bytes"]) == (newest.first_byte, 169)
        writer.append("0.2", babble(1.0, seed=3), 0.2)
        writer.end()
        heard = collect(socket)
    whole = b"".join(server.listen(capability).chunks)
    assert heard.data == write_header() + whole[newest.first_byte :]


def test_joining_live_before_the_first_line_is_joining_at_the_start(
    studio: Studio, server: Server, capability: str
) -> None:
    with server.connect(capability, **{"from": "live"}) as socket:
        begin = json.loads(socket.recv())
        assert (begin["cursor"], begin["header_bytes"]) == (0, 0)
        ended = _recorded(studio, lines=1)
        assert hashlib.sha256(collect(socket).data).hexdigest() == ended.sha256


def test_a_lost_notification_connection_is_made_again(
    studio: Studio, server: Server, capability: str
) -> None:
    writer = studio.open()
    with server.connect(capability) as socket:
        with psycopg.connect(studio.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND query LIKE 'LISTEN%' AND datname ="
                " current_database()"
            )
        writer.append("0.0", babble(0.5), 0.2)
        ended = writer.end()
        assert hashlib.sha256(collect(socket).data).hexdigest() == ended.sha256


def test_pausing_holds_the_stream_and_resuming_goes_on(
    studio: Studio, server: Server, capability: str
) -> None:
    writer = studio.open()
    with server.connect(capability) as socket:
        socket.recv()
        heard = hear(socket, writer.length)
        socket.send('{"type":"pause"}')
        assert socket.ping().wait(5)
        writer.append("0.0", babble(1.0), 0.2)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.5)
        socket.send('{"type":"resume"}')
        heard += hear(socket, writer.length - len(heard))
        ended = writer.end()
        assert json.loads(socket.recv(timeout=5))["sha256"] == ended.sha256
    assert hashlib.sha256(heard).hexdigest() == ended.sha256


def test_many_listeners_at_different_bytes(studio: Studio, server: Server, capability: str) -> None:
    writer = studio.open()
    done = threading.Event()

    def join(seed: int) -> tuple[int, Heard]:
        chance = random.Random(seed)
        done.wait(chance.random() * 1.5)
        cursor = chance.randrange(writer.length)
        return cursor, server.listen(capability, cursor=cursor)

    with ThreadPoolExecutor(24) as threads:
        joining = [threads.submit(join, seed) for seed in range(24)]
        speak(writer)
        done.set()
        results = [each.result() for each in joining]
    data = studio.store.read(writer.end().uri)
    for cursor, heard in results:
        assert data[:cursor] + heard.data == data


def _recorded(studio: Studio, lines: int = 12) -> EndedStream:
    writer = studio.open()
    for line_id, samples in LINES[:lines]:
        writer.append(line_id, samples, 0.2)
    return writer.end()
