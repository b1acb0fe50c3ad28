"""A thousand times cut off and back again, on live and finished streams: not a byte is lost."""

import asyncio
import hashlib
import json
import random
import threading
from dataclasses import replace

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from streamer.record import StreamWriter
from streamer.webm import write_clusters
from tests.streamer.asf.conftest import Server, capability_for, run_server, start_server
from tests.streamer.conftest import Studio, add_stream

CUTS = 1000
CLIENTS = 40
LINES = 40
COLLISION = (OSError, ConnectionClosed, InvalidHandshake, EOFError, TimeoutError)


class Restless:
    """A client that hangs up at random bytes, says pause and resume, and comes back."""

    def __init__(self, server: Server, capability: str, cuts: int, seed: int) -> None:
        self._server = server
        self._capability = capability
        self._chance = random.Random(seed)
        self._cuts = cuts
        self.whole = hashlib.sha256()
        self.cursor = 0
        self.visits = 0
        self.end: dict[str, object] = {}

    async def listen(self) -> None:
        """Until the end has been told."""
        while not self.end:
            self.visits += 1
            url = self._server.path(self._capability, cursor=self.cursor, revision=0)
            try:
                async with connect(url, compression=None, proxy=None, max_queue=None) as socket:
                    await self._visit(socket)
            except COLLISION:
                await asyncio.sleep(0.05)

    async def _visit(self, socket: ClientConnection) -> None:
        leaves_at = self.cursor + self._chance.randrange(1, 20_000)
        begin = json.loads(await socket.recv())
        assert begin.get("cursor") == self.cursor, begin
        async for message in socket:
            if isinstance(message, str):
                self.end = json.loads(message)
                return
            self.whole.update(message)
            self.cursor += len(message)
            if self._chance.random() < 0.1:
                await socket.send('{"type":"pause"}')
                await socket.send('{"type":"resume"}')
            if self.cursor >= leaves_at and self.visits <= self._cuts:
                socket.transport.abort()
                return


def write_line(writer: StreamWriter, line: int) -> None:
    """A line of random length, with random bytes for packets."""
    chance = random.Random(line)
    packets = [chance.randbytes(chance.randrange(60, 240)) for _ in range(chance.randrange(5, 90))]
    data = write_clusters(packets, writer._frames)
    writer._record(data, line_id=f"0.{line}", frames=len(packets))


def record(studio: Studio, lines: int = LINES) -> StreamWriter:
    writer = studio.open()
    for line in range(lines):
        write_line(writer, line)
    return writer


def another(studio: Studio) -> Studio:
    stream, workflow, user = add_stream(studio.url)
    return replace(studio, stream_id=stream, workflow_id=workflow, user_id=user)


async def run(restless: list[Restless]) -> None:
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for each in restless:
            group.create_task(each.listen())


def grow(writers: list[StreamWriter], over: threading.Event) -> None:
    """Line by line to the end, while people come and go."""
    for line in range(LINES):
        for writer in writers:
            write_line(writer, line)
        over.wait(0.05)
    for writer in writers:
        writer.end()


def check(restless: list[Restless], ended: dict[str, StreamWriter]) -> None:
    for each in restless:
        whole = ended[each._capability].end()
        assert each.end == {"type": "stream_end", "bytes": whole.bytes, "sha256": whole.sha256}
        assert (each.cursor, each.whole.hexdigest()) == (whole.bytes, whole.sha256)


def test_a_thousand_cuts_and_every_byte(studio: Studio, server: Server) -> None:
    finished = [record(another(studio)), record(another(studio))]
    for writer in finished:
        writer.end()
    live_studios = [another(studio), another(studio)]
    live = [each.open() for each in live_studios]
    writers = {_capability(studio, writer): writer for writer in finished + live}
    names = list(writers)
    restless = [
        Restless(server, names[n % len(names)], CUTS // CLIENTS, seed=n) for n in range(CLIENTS)
    ]
    over = threading.Event()
    growing = threading.Thread(target=grow, args=(live, over))
    growing.start()
    try:
        asyncio.run(run(restless))
    finally:
        over.set()
        growing.join()
    check(restless, writers)
    assert sum(each.visits - 1 for each in restless) >= CUTS * 0.9


def test_a_server_killed_in_mid_stream_costs_nobody_a_byte(studio: Studio) -> None:
    live = studio.open()
    capability = capability_for(studio)
    over = threading.Event()
    growing = threading.Thread(target=grow, args=([live], over))
    with run_server(studio) as first:
        restless = [Restless(first, capability, cuts=0, seed=n) for n in range(12)]
        listening = threading.Thread(target=lambda: asyncio.run(run(restless)))
        listening.start()
        growing.start()
        over.wait(1)
        first.process.kill()
        first.process.wait()
        second = start_server(studio, first.port)
        try:
            growing.join()
            listening.join()
        finally:
            second.terminate()
            second.wait()
    check(restless, {capability: live})
    assert all(each.visits > 1 for each in restless)


def _capability(studio: Studio, writer: StreamWriter) -> str:
    grant = writer.grant
    return capability_for(studio, stream_id=grant.stream_id, user_id=grant.user_id)
