"""Whoever opens connections and does nothing with them takes no place from those who listen."""

import asyncio
import json
import socket as sockets
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any

import psutil
import pytest
import uvicorn

from streamer.http1 import ProblemProtocol
from tests.conftest import ROOT, free_port, stop, wait_until_open
from tests.streamer.asf.conftest import (
    Server,
    capability_for,
    collect,
    run_server,
    server_environment,
)
from tests.streamer.asf.test_crowding import big_line, masked, open_socket, wait_for
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble


def connections(server: Server) -> int:
    """How many the server holds, whatever they are."""
    held = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(
        each.laddr.port == server.port and each.status != psutil.CONN_LISTEN for each in held
    )


def test_whoever_reads_not_even_the_farewell_is_dropped(studio: Studio) -> None:
    """Their buffers are full; what ends the connection is their own fault, or ours."""
    writer = studio.open()
    capability = capability_for(studio)
    with run_server(studio, heartbeat_seconds=60) as asf:
        rude = [open_socket(asf, capability) for _ in range(4)]
        for line in range(2):
            big_line(writer, line)
        time.sleep(0.5)
        too_long = b"\x81\xfe\xff\xff" + bytes(4)
        for each, word in zip(
            rude, (too_long, masked(0xF1, b""), masked(0x82, b""), b""), strict=True
        ):
            each.sendall(word)
        rude[3].shutdown(sockets.SHUT_WR)
        wait_for(lambda: connections(asf) == 0)
        for each in rude:
            each.close()


def test_there_are_no_more_places_than_files(studio: Studio) -> None:
    """Who gets no place is told so; those who have one hear on."""
    writer, port = studio.open(), free_port()
    command = f"ulimit -n 130; exec {sys.executable} -m streamer"
    process = subprocess.Popen(
        ["bash", "-c", command], env=server_environment(studio, port), cwd=ROOT
    )
    wait_until_open(port, process)
    asf, capability = Server(port, process), capability_for(studio)
    try:
        with ExitStack() as stack:
            sockets_ = [stack.enter_context(asf.connect(capability)) for _ in range(40)]
            first = [json.loads(each.recv(timeout=10)) for each in sockets_]
            let_in = [each for each, word in zip(sockets_, first, strict=True) if "cursor" in word]
            assert len(let_in) == 30
            assert {word.get("code") for word in first[30:]} == {"too_many_listeners"}
            writer.append("0.0", babble(0.5), 0.2)
            writer.end()
            assert {collect(each).last["type"] for each in let_in} == {"stream_end"}
    finally:
        stop(process)


class Hasty(ProblemProtocol):
    head_seconds = 0.3


async def greet(_scope: Any, _receive: Any, send: Any) -> None:
    await asyncio.sleep(0.6)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize(
    "words", [[b""], [b"GET / HT"], [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET"]]
)
def test_whoever_does_not_say_what_they_want_is_not_waited_for(words: list[bytes]) -> None:
    """Nor with a second request; but an answer may take its time."""
    config = uvicorn.Config(
        greet, http=Hasty, port=free_port(), lifespan="off", log_level="critical",
        timeout_keep_alive=60,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run)
    running.start()
    wait_for(lambda: server.started)
    try:
        with sockets.create_connection(("127.0.0.1", config.port), timeout=10) as silent:
            for place, word in enumerate(words):
                silent.sendall(word)
                if place + 1 < len(words):
                    assert silent.recv(4096).startswith(b"HTTP/1.1 204")
            assert silent.recv(4096) == b"", "still waiting"
    finally:
        server.should_exit = True
        running.join()
