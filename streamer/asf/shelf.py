"""Segments in memory, as the WebSocket messages of about 200 ms that all listeners share."""

import asyncio
import hashlib
import struct
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import structlog

from streamer.asf.readers import Readers
from streamer.errors import DamagedSegment, MediaNotFound, MediaUnavailable
from streamer.media import MediaStore
from streamer.segments import Segment
from streamer.webm import cluster_starts

LONGEST_PART = 16 * 1024
LEAST_SECONDS = 5.0
"""What one read may take at least, however short patience is."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Between two tries at a store that is away, in seconds."""

FAILURE_SECONDS = 1.0
"""How long a failure answers for the next who ask."""

_AWAY = (MediaNotFound, MediaUnavailable, OSError)

log = structlog.get_logger()


@dataclass(frozen=True)
class Frames:
    """A segment's bytes as whole messages, one behind the other: built once, sent to all."""

    wire: bytes
    ends: list[int]
    """Where each message ends in the segment: bytes of the stream."""
    wire_ends: list[int]
    """Where each message ends in ``wire``."""

    def part(self, offset: int) -> tuple[bytes, int]:
        """Some messages from byte ``offset`` of the segment on, and the offset behind them.

        Lines come whole; sending a second or two of one at once costs little more than 200 ms.
        """
        first = bisect_right(self.ends, offset)
        behind = self.wire_ends[first] - (self.ends[first] - offset)
        began = self.ends[first - 1] if first else 0
        if offset > began:
            return message(self.wire[behind : self.wire_ends[first]]), self.ends[first]
        start = self.wire_ends[first - 1] if first else 0
        last = max(first, bisect_right(self.wire_ends, start + LONGEST_PART) - 1)
        return self.wire[start : self.wire_ends[last]], self.ends[last]

    def parts(self) -> Iterator[tuple[bytes, int]]:
        """The whole segment in parts."""
        offset = 0
        while offset < self.ends[-1]:
            part, offset = self.part(offset)
            yield part, offset


def join(every: list[Frames]) -> Frames:
    """Segments that follow one another, as one."""
    if len(every) == 1:
        return every[0]
    ends: list[int] = []
    wire_ends: list[int] = []
    for frames in every:
        length, wire_length = (ends[-1], wire_ends[-1]) if ends else (0, 0)
        ends += (length + end for end in frames.ends)
        wire_ends += (wire_length + end for end in frames.wire_ends)
    return Frames(b"".join(frames.wire for frames in every), ends, wire_ends)


def message(payload: bytes) -> bytes:
    """One unmasked binary message (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return struct.pack(">BB", 0x82, size) + payload
    if size < 1 << 16:
        return struct.pack(">BBH", 0x82, 126, size) + payload
    return struct.pack(">BBQ", 0x82, 127, size) + payload


class Shelf:
    """Reads each segment once, however many listen. Segments never change.

    What is recorded was stored before: where the store has it not, it is the store that is away,
    and is asked again for up to ``patience_seconds``. A read that hangs is given up after as long.
    """

    def __init__(self, store: MediaStore, capacity: int, patience_seconds: float) -> None:
        self._capacity = capacity
        self._patience = patience_seconds
        self._readers = Readers(store.read)
        self._held: OrderedDict[str, Frames] = OrderedDict()
        self._bytes = 0
        self._coming: dict[str, asyncio.Task[Frames]] = {}

    async def frames(self, segment: Segment) -> Frames:
        """The segment, ready to be sent.

        Raises:
            MediaNotFound, MediaUnavailable, OSError: the store was away for too long.
            DamagedSegment: what is stored is not what was recorded.
        """
        held = self._held.get(segment.uri)
        if held is not None:
            self._held.move_to_end(segment.uri)
            return held
        task = self._coming.get(segment.uri)
        if task is None:
            task = asyncio.create_task(self._fetch(segment))
            self._coming[segment.uri] = task
            task.add_done_callback(lambda done: self._forget(segment.uri, done))
        return await asyncio.shield(task)

    def _forget(self, uri: str, done: "asyncio.Task[Frames]") -> None:
        """Who asked for long has waited for long; all others have the same answer for a moment."""
        failed = done.cancelled() or done.exception() is not None
        pause = FAILURE_SECONDS if failed else 0
        asyncio.get_running_loop().call_later(pause, self._coming.pop, uri, None)

    async def _fetch(self, segment: Segment) -> Frames:
        frames = _cut(segment, await self._read(segment.uri))
        self._held[segment.uri] = frames
        self._bytes += len(frames.wire)
        while self._bytes > self._capacity and self._held:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= len(oldest.wire)
        return frames

    async def _read(self, uri: str) -> bytes:
        loop = asyncio.get_running_loop()
        over, pause = loop.time() + self._patience, FIRST_PAUSE
        while True:
            try:
                return await self._readers.read(uri, max(LEAST_SECONDS, over - loop.time()))
            except _AWAY as problem:
                if loop.time() + pause > over:
                    raise
                if pause == FIRST_PAUSE:
                    log.warning("media_out_of_reach", uri=uri, error=repr(problem))
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


def _cut(segment: Segment, data: bytes) -> Frames:
    if hashlib.sha256(data).hexdigest() != segment.sha256:
        raise DamagedSegment(f"Damaged: {segment.uri}")
    try:
        starts = cluster_starts(data) if segment.frames else [0]
    except ValueError:
        raise DamagedSegment(f"Damaged: {segment.uri}") from None
    wire, wire_ends = bytearray(), []
    ends = [*starts[1:], len(data)]
    for start, end in pairwise([0, *ends]):
        wire += message(data[start:end])
        wire_ends.append(len(wire))
    return Frames(bytes(wire), ends, wire_ends)
