"""A thousand times cut off and back again, on live and finished streams, at either of two servers:
not a byte is lost."""

import asyncio
import hashlib
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from streamer.record import StreamWriter
from streamer.webm import write_clusters
from tests.conftest import stop
from tests.streamer.asf.conftest import Server, capability_for, run_server, start_server
from tests.streamer.asf.restless import Restless, listen_all
from tests.streamer.conftest import Studio, add_stream
from tests.streamer.sounds import babble

CUTS = 1000
CLIENTS = 40
LINES = 40


@pytest.fixture(scope="module")
def replica(hall: Studio) -> Iterator[Server]:
    """Another server over the same record."""
    with run_server(hall) as running:
        yield running


def write_line(writer: StreamWriter, line: int) -> None:
    """A line of random length, with random bytes for packets."""
    chance = random.Random(line)
    packets = [chance.randbytes(chance.randrange(60, 240)) for _ in range(chance.randrange(5, 90))]
    data = write_clusters(packets, writer._frames)
    writer._record(data, line_id=f"0.{line}", frames=len(packets))


def another(studio: Studio) -> Studio:
    stream, workflow, user = add_stream(studio.url)
    return replace(studio, stream_id=stream, workflow_id=workflow, user_id=user)


def grow(writers: list[StreamWriter], over: threading.Event) -> None:
    """Line by line to the end, while people come and go."""
    for line in range(LINES):
        for writer in writers:
            write_line(writer, line)
        over.wait(0.05)
    for writer in writers:
        writer.end()


def check(restless: list[Restless], writers: dict[str, StreamWriter]) -> None:
    ended = {capability: writer.end() for capability, writer in writers.items()}
    for each in restless:
        whole = ended[each.capability]
        assert each.end == {"type": "stream_end", "bytes": whole.bytes, "sha256": whole.sha256}
        assert hashlib.sha256(each.whole).hexdigest() == whole.sha256


def test_a_thousand_cuts_and_every_byte(studio: Studio, server: Server, replica: Server) -> None:
    """Some join late, some at the live edge; a cursor may be any byte."""
    finished = [another(studio).open() for _ in range(2)]
    for line in range(LINES):
        for writer in finished:
            write_line(writer, line)
    for writer in finished:
        writer.end()
    live = [another(studio).open() for _ in range(2)]
    writers = {_capability(studio, writer): writer for writer in finished + live}
    names = list(writers)
    restless = [
        Restless(
            [server, replica], names[n % len(names)], CUTS // CLIENTS + 4, seed=n,
            late=n % 3 * 0.4, live=n % 10 == 7,
        )
        for n in range(CLIENTS)
    ]  # fmt: skip
    over = threading.Event()
    growing = threading.Thread(target=grow, args=(live, over))
    growing.start()
    try:
        asyncio.run(listen_all(restless))
    finally:
        over.set()
        growing.join()
    check(restless, writers)
    assert sum(each.cut for each in restless) >= CUTS


def test_one_server_killed_the_other_stopped_and_every_byte(studio: Studio) -> None:
    """``kill -9`` of one, which comes back, then SIGTERM of the other: their listeners go where one
    still serves, and all of them hear every byte of the spoken lines."""
    writer = studio.open()
    capability = capability_for(studio)
    with run_server(studio) as first, run_server(studio) as second:
        restless = [Restless([first, second], capability, cuts=0, seed=n) for n in range(12)]
        listening = threading.Thread(target=lambda: asyncio.run(listen_all(restless)))
        listening.start()
        speak(writer, 0)
        stop(first.process, signal.SIGKILL)
        speak(writer, 1)
        again = start_server(studio, first.port)
        try:
            speak(writer, 2)
            stop(second.process)
            speak(writer, 3)
            writer.end()
            listening.join()
        finally:
            stop(again)
    check(restless, {capability: writer})
    assert sum(each.visits - 1 for each in restless) >= len(restless)
    told = sum((each.told for each in restless), Counter())
    assert set(told) == {"server_restarting", "1012"}, "only who was told to reconnect was told"


def speak(writer: StreamWriter, part: int) -> None:
    """A few lines, with time to hear them."""
    for line in range(4):
        writer.append(f"{part}.{line}", babble(0.5, seed=4 * part + line), 0.1)
        threading.Event().wait(0.1)


def _capability(studio: Studio, writer: StreamWriter) -> str:
    grant = writer.grant
    return capability_for(studio, stream_id=grant.stream_id, user_id=grant.user_id)
