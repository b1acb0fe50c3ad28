"""Segments in memory, cut into chunks of about 200 ms, shared by all who listen."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from streamer.errors import DamagedSegment
from streamer.media import MediaStore
from streamer.segments import Segment
from streamer.webm import cluster_starts


@dataclass(frozen=True)
class Chunks:
    """A segment's bytes and where its chunks begin."""

    data: bytes
    starts: list[int]

    def behind(self, offset: int) -> Iterator[bytes]:
        """The bytes from ``offset`` on, chunk by chunk."""
        edges = [*self.starts, len(self.data)]
        for start, stop in pairwise(edges):
            if stop > offset:
                yield self.data[max(start, offset) : stop]


class Shelf:
    """Reads each segment once, however many listen. Segments never change."""

    def __init__(self, store: MediaStore, capacity: int) -> None:
        self._store = store
        self._capacity = capacity
        self._held: OrderedDict[str, Chunks] = OrderedDict()
        self._bytes = 0
        self._coming: dict[str, asyncio.Task[Chunks]] = {}

    async def chunks(self, segment: Segment) -> Chunks:
        """The segment's chunks.

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

    async def _fetch(self, segment: Segment) -> Chunks:
        data = await asyncio.to_thread(self._store.read, segment.uri)
        chunks = _cut(segment, data)
        self._held[segment.uri] = chunks
        self._bytes += len(data)
        while self._bytes > self._capacity and self._held:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= len(oldest.data)
        return chunks


def _cut(segment: Segment, data: bytes) -> Chunks:
    if len(data) != segment.bytes:
        raise DamagedSegment(f"Damaged: {segment.uri}")
    try:
        return Chunks(data, cluster_starts(data) if segment.frames else [0])
    except ValueError:
        raise DamagedSegment(f"Damaged: {segment.uri}") from None
