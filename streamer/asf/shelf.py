"""Segments in memory, as the WebSocket messages of about 200 ms that all listeners share."""

import asyncio
import struct
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from streamer.errors import DamagedSegment
from streamer.media import MediaStore
from streamer.segments import Segment
from streamer.webm import cluster_starts

LONGEST_PART = 16 * 1024


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
    """Reads each segment once, however many listen. Segments never change."""

    def __init__(self, store: MediaStore, capacity: int) -> None:
        self._store = store
        self._capacity = capacity
        self._held: OrderedDict[str, Frames] = OrderedDict()
        self._bytes = 0
        self._coming: dict[str, asyncio.Task[Frames]] = {}

    async def frames(self, segment: Segment) -> Frames:
        """The segment, ready to be sent.

        Raises:
            MediaNotFound, MediaUnavailable: as the store says.
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
            task.add_done_callback(lambda _: self._coming.pop(segment.uri, None))
        return await asyncio.shield(task)

    async def _fetch(self, segment: Segment) -> Frames:
        data = await asyncio.to_thread(self._store.read, segment.uri)
        frames = _cut(segment, data)
        self._held[segment.uri] = frames
        self._bytes += len(frames.wire)
        while self._bytes > self._capacity and self._held:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= len(oldest.wire)
        return frames


def _cut(segment: Segment, data: bytes) -> Frames:
    if len(data) != segment.bytes:
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
