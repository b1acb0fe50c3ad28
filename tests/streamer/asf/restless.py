"""A listener who hangs up all the time, pauses, forgets, goes elsewhere, and wants every byte."""

import asyncio
import json
import random
from collections import Counter

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.streamer.asf.conftest import Server

COLLISION = (OSError, ConnectionClosed, InvalidHandshake, EOFError, TimeoutError)
LONGEST_STAY, LONGEST_GAP = 9_000, 400
"""How far a visit goes at most, and how much of it is forgotten at most, in bytes."""


class Restless:
    """Each visit is to any of the servers; a live one begins at the live edge."""

    def __init__(
        self,
        servers: list[Server],
        capability: str,
        cuts: int,
        seed: int,
        late: float = 0,
        live: bool = False,
    ) -> None:
        self.capability = capability
        self.told: Counter[str] = Counter()
        """The codes of what it was refused with, and the close codes behind them."""
        self.cut = 0
        self.visits = 0
        self.end: dict[str, object] = {}
        self._servers = servers
        self._chance = random.Random(seed)
        self._cuts = cuts
        self._late = late
        self._live = live
        self._first_byte = 0
        self._heard = bytearray()

    @property
    def cursor(self) -> int:
        """The next byte it wants."""
        return self._first_byte + len(self._heard)

    @property
    def whole(self) -> bytes:
        """All that it heard, in order."""
        return bytes(self._heard)

    async def listen(self) -> None:
        """Until the end has been told; who began live then hears the beginning."""
        await asyncio.sleep(self._late)
        while not self.end:
            await self._visit()
        if self._first_byte:
            rest, self._heard, wanted = self._heard, bytearray(), self._first_byte
            self._first_byte = 0
            while len(self._heard) < wanted:
                await self._visit()
            self._heard = self._heard[:wanted] + rest

    async def _visit(self) -> None:
        self.visits += 1
        place: dict[str, object] = {"cursor": self.cursor, "revision": 0}
        if self._live:
            place = {"from": "live"}
        url = self._chance.choice(self._servers).path(self.capability, **place)
        try:
            async with connect(url, compression=None, proxy=None, max_queue=None) as socket:
                await self._hear(socket)
            if socket.close_code not in (None, 1000, 1006):
                self.told[str(socket.close_code)] += 1
        except COLLISION:
            await asyncio.sleep(0.05)

    async def _hear(self, socket: ClientConnection) -> None:
        header = self._begin(json.loads(await socket.recv()))
        leaves_at = self.cursor + self._chance.randrange(1, LONGEST_STAY)
        async for message in socket:
            if isinstance(message, str):
                self._last_word(json.loads(message))
                return
            kept = message[header:]
            header -= len(message) - len(kept)
            self._heard += kept
            if self._chance.random() < 0.1:
                await socket.send('{"type":"pause"}')
                await socket.send('{"type":"resume"}')
            if self.cursor >= leaves_at and self.cut < self._cuts:
                self._hang_up(socket)
                return

    def _begin(self, begin: dict[str, int]) -> int:
        if self._live:
            self._live, self._first_byte = False, begin["cursor"]
        assert begin.get("cursor") == self.cursor, begin
        return begin["header_bytes"]

    def _last_word(self, word: dict[str, object]) -> None:
        if word["type"] == "stream_end":
            self.end = word
        else:
            assert word["retryable"] is True, word
            self.told[str(word["code"])] += 1

    def _hang_up(self, socket: ClientConnection) -> None:
        """In the midst of a message, as it were: the cursor may be any byte."""
        socket.transport.abort()
        self.cut += 1
        forgotten = self._chance.randrange(min(LONGEST_GAP, len(self._heard) + 1))
        del self._heard[len(self._heard) - forgotten :]


async def listen_all(every: list[Restless]) -> None:
    """All of them, to the end."""
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for each in every:
            group.create_task(each.listen())
