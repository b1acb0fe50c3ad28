"""Nobody's behaviour costs anybody else a byte: the stalled, the greedy, the silent, the noisy."""

import hashlib
import json
import socket as sockets
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest

from streamer.record import StreamWriter
from streamer.webm import write_clusters
from tests.streamer.asf.conftest import Server, capability_for, collect, run_server
from tests.streamer.conftest import Studio, add_stream
from tests.streamer.sounds import babble

FAREWELLS = tuple(b"\x88\x02" + struct.pack(">H", code) for code in (1000, 1008, 1012, 1013))
"""Close frames: what follows one is of no interest."""

BIG_LINE = [bytes([n % 256]) * 1200 for n in range(500)]


def big_line(writer: StreamWriter, line: int) -> None:
    """600 kB at once: more than a server holds for anybody."""
    data = write_clusters(BIG_LINE, 500 * line)
    writer._record(data, line_id=f"0.{line}", frames=500)


def another(studio: Studio) -> Studio:
    stream, workflow, user = add_stream(studio.url)
    return replace(studio, stream_id=stream, workflow_id=workflow, user_id=user)


def test_stalled_listeners_cost_live_ones_nothing_and_come_back_by_cursor(studio: Studio) -> None:
    writer = studio.open()
    capability = capability_for(studio)
    with run_server(studio, send_timeout_seconds=2, heartbeat_seconds=60) as asf:
        deaf = [open_socket(asf, capability) for _ in range(3)]
        with ThreadPoolExecutor(6) as threads:
            lively = [threads.submit(asf.listen, capability) for _ in range(6)]
            wait_for(lambda: listeners(asf) == 9)
            for line in range(8):
                big_line(writer, line)
            ended = writer.end()
        for each in lively:
            heard = each.result()
            assert (heard.last["type"], len(heard.data)) == ("stream_end", ended.bytes)
            assert hashlib.sha256(heard.data).hexdigest() == ended.sha256
        wait_for(lambda: listeners(asf) == 0)
        for stalled in deaf:
            part, last = read_messages(stalled)
            assert 0 < len(part) < ended.bytes
            assert last is None or last["code"] == "consumer_too_slow"
            rest = asf.listen(capability, cursor=len(part), revision=0)
            assert hashlib.sha256(part + rest.data).hexdigest() == ended.sha256


def test_whoever_reads_the_last_words_is_told_to_come_back(studio: Studio) -> None:
    writer = studio.open()
    capability = capability_for(studio)
    with run_server(studio, send_timeout_seconds=1, heartbeat_seconds=60) as asf:
        slow = open_socket(asf, capability)
        wait_for(lambda: listeners(asf) == 1)
        for line in range(4):
            big_line(writer, line)
        wait_for(lambda: listeners(asf) == 0)
        part, last = read_messages(slow)
        assert last is not None
        assert (last["code"], last["retryable"]) == ("consumer_too_slow", True)
        ended = writer.end()
        rest = asf.listen(capability, cursor=len(part), revision=0)
        assert (rest.last["sha256"], len(part) + len(rest.data)) == (ended.sha256, ended.bytes)


def test_many_connections_of_one_caller(studio: Studio) -> None:
    other = another(studio)
    for each in (studio, other):
        each.open()
    mine, theirs = capability_for(studio), capability_for(other)
    with run_server(studio, max_listeners_per_caller=3) as asf, ExitStack() as all_:
        held = [all_.enter_context(asf.connect(mine)) for _ in range(3)]
        for socket in held:
            socket.recv()
        refused = asf.listen(mine).last
        assert (refused["code"], refused["retryable"]) == ("too_many_listeners", True)
        with asf.connect(theirs) as socket:
            assert json.loads(socket.recv())["type"] == "stream_metadata"
        held[0].close()
        wait_for(lambda: listeners(asf) == 2)
        with asf.connect(mine) as socket:
            assert json.loads(socket.recv())["type"] == "stream_metadata"


def test_catching_up_is_as_fast_as_the_settings_allow(studio: Studio) -> None:
    writer = studio.open()
    big_line(writer, 0)
    ended = writer.end()
    with run_server(studio, listener_bytes_per_second=300_000) as asf:
        began = time.monotonic()
        assert asf.listen(capability_for(studio)).last["sha256"] == ended.sha256
        assert time.monotonic() - began > ended.bytes / 300_000 - 1.2


def test_who_answers_no_ping_is_gone(studio: Studio) -> None:
    studio.open()
    capability = capability_for(studio)
    with run_server(studio, heartbeat_seconds=0.5) as asf, asf.connect(capability) as lively:
        silent = open_socket(asf, capability)
        wait_for(lambda: listeners(asf) == 2)
        wait_for(lambda: listeners(asf) == 1)
        received = b"".join(iter(lambda: silent.recv(4096), b""))
        assert struct.pack(">H", 1011) + b"no answer" in received
        lively.recv()
        assert listeners(asf) == 1


@pytest.mark.parametrize("kind", [0x89, 0x8A, 0x00])
def test_a_flood_of_what_is_no_message(studio: Studio, server: Server, kind: int) -> None:
    """Pings, pongs, and a message that comes in pieces without end."""
    studio.open()
    noisy = open_socket(server, capability_for(studio))
    frames = [masked(kind, b"") for _ in range(500)]
    if kind == 0:
        frames.insert(0, masked(0x01, b""))
    try:
        for frame in frames:
            noisy.sendall(frame)
    except OSError:
        pass
    _, last = read_messages(noisy)
    assert last is not None
    assert last["code"] == "too_many_messages"


def test_a_wish_in_pieces_is_understood(studio: Studio, server: Server) -> None:
    writer = studio.open()
    with server.connect(capability_for(studio)) as socket:
        socket.recv()
        socket.send(iter(['{"type":', '"pause"', "}"]))
        assert socket.ping().wait(5)
        while True:
            try:
                socket.recv(timeout=0.3)
            except TimeoutError:
                break
        writer.append("0.0", babble(0.5), 0.2)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.5)
        socket.send(iter(['{"type":"re', 'sume"}']))
        assert isinstance(socket.recv(timeout=5), bytes)


def test_words_that_are_no_words(studio: Studio, server: Server) -> None:
    studio.open()
    with server.connect(capability_for(studio)) as socket:
        socket.recv()
        socket.send(b"\xff\xfe", text=True)
        assert collect(socket).close_code == 1007


def open_socket(server: Server, capability: str) -> sockets.socket:
    """A bare connection with a small buffer, its handshake answered."""
    path = server.path(capability).split(str(server.port), 1)[1]
    opened = sockets.socket()
    opened.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    opened.settimeout(20)
    opened.connect(("127.0.0.1", server.port))
    lines = [
        f"GET {path} HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", "",
    ]  # fmt: skip
    opened.sendall("\r\n".join(lines).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += opened.recv(1)
    assert b" 101 " in head
    return opened


def masked(kind: int, payload: bytes) -> bytes:
    return bytes([kind, 0x80 | len(payload)]) + bytes(4) + payload


def read_messages(opened: sockets.socket) -> tuple[bytes, dict[str, Any] | None]:
    """All the audio of whole messages, and the last control message but the first."""
    received = b""
    try:
        while not received.endswith(FAREWELLS) and (piece := opened.recv(1 << 16)):
            received += piece
    except ConnectionResetError:
        pass
    audio, last, at = b"", None, 0
    while at + 2 <= len(received):
        size, begin = received[at + 1], at + 2
        if size == 126:
            (size,), begin = struct.unpack_from(">H", received, at + 2), at + 4
        payload = received[begin : begin + size]
        if len(payload) < size:
            break
        if received[at] == 0x82:
            audio += payload
        elif received[at] == 0x81:
            last = json.loads(payload)
        at = begin + size
    return audio, last if last and last["type"] != "stream_metadata" else None


def listeners(server: Server) -> int:
    url = f"http://127.0.0.1:{server.port}/readyz"
    return int(httpx.get(url, trust_env=False).json()["listeners"])


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to be")
