"""A WebSocket listener that notes when every byte came."""

import json
import threading
import time
from bisect import bisect_left
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.bench.blocks import Block, Blocks

DONE = ("stream_end", "error")


class Ear:
    """Reads a stream as fast as it comes, in a thread, until it ends or the ear is closed.

    Moments are Unix times, so that they can be laid beside the database's.
    """

    def __init__(self, websocket_url: str) -> None:
        self.blocks = Blocks()
        self.end: dict[str, Any] | None = None
        """The last control message, once it is there."""
        self._moments: list[float] = []
        self._ends: list[int] = []
        self._news = threading.Condition()
        self._closed = False
        self._opened = ExitStack()
        joining = connect(websocket_url, compression=None, max_size=None, open_timeout=30)
        self._socket = self._opened.enter_context(joining)
        self.connected = time.time()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def length(self) -> int:
        """How many bytes have come."""
        return self._ends[-1] if self._ends else 0

    @property
    def data(self) -> bytes:
        """All of them."""
        with self._news:
            return bytes(self.blocks.data)

    def moment_of(self, end: int) -> float:
        """When the byte before ``end`` came."""
        return self._moments[bisect_left(self._ends, end)]

    def arrivals(self) -> list[tuple[Block, float]]:
        """Each block that is whole, and the moment it was."""
        with self._news:
            return [(block, self.moment_of(block.end)) for block in self.blocks.found]

    def wait_for(self, length: int, seconds: float) -> bool:
        """Wait until so many bytes are there; False where they did not come."""
        with self._news:
            self._news.wait_for(lambda: self.length >= length or self.is_over, seconds)
            return self.length >= length

    def wait_for_blocks(self, count: int, seconds: float | None = None) -> bool:
        """Wait until so many blocks are there, or no more will come; whether they are there."""
        with self._news:
            self._news.wait_for(lambda: len(self.blocks.found) >= count or self.is_over, seconds)
            return len(self.blocks.found) >= count

    def wait_for_end(self, seconds: float) -> dict[str, Any]:
        """The stream's last message.

        Raises:
            TimeoutError: none came.
        """
        with self._news:
            if not self._news.wait_for(lambda: self.is_over, seconds) or self.end is None:
                raise TimeoutError("The stream does not end.")
            return self.end

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.end is not None or self._closed

    def close(self) -> None:
        """Listen no longer."""
        self._opened.close()
        self._thread.join()

    def _read(self) -> None:
        try:
            while not self.is_over:
                message = self._socket.recv()
                self._hear(message, time.time())
        except ConnectionClosed:
            pass
        finally:
            with self._news:
                self._closed = True
                self._news.notify_all()

    def _hear(self, message: str | bytes, moment: float) -> None:
        with self._news:
            if isinstance(message, bytes):
                self.blocks.feed(message)
                self._moments.append(moment)
                self._ends.append(len(self.blocks.data))
            elif (told := json.loads(message))["type"] in DONE:
                self.end = told
            self._news.notify_all()
