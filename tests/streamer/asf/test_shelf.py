"""Any way through a segment gives its bytes, whole messages at a time."""

import asyncio
import hashlib
import os
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

from streamer.asf.shelf import LONGEST_PART, Frames, Shelf, join, message
from streamer.errors import DamagedSegment
from streamer.media.local import LocalStore
from streamer.segments import Segment
from streamer.webm import write_clusters


def framed(chunks: list[bytes]) -> Frames:
    """A segment of these chunks."""
    ends = [sum(map(len, chunks[: n + 1])) for n in range(len(chunks))]
    wires = [message(chunk) for chunk in chunks]
    wire_ends = [sum(map(len, wires[: n + 1])) for n in range(len(wires))]
    return Frames(b"".join(wires), ends, wire_ends)


def unframed(wire: bytes) -> list[bytes]:
    """The messages in it, as another implementation of the protocol reads them."""
    reader = Protocol(CLIENT, state=OPEN, max_size=None)
    reader.receive_data(wire)
    assert reader.parser_exc is None
    pieces = []
    for frame in reader.events_received():
        assert isinstance(frame, Frame)
        assert (frame.opcode, frame.fin) == (Opcode.BINARY, True)
        pieces.append(bytes(frame.data))
    return pieces


CHUNKS = st.lists(st.integers(1, 70_000).map(lambda size: bytes([size % 251]) * size), min_size=1,
                  max_size=12)  # fmt: skip


@given(CHUNKS, st.data())
def test_any_offset_leads_to_the_end_in_whole_messages(
    chunks: list[bytes], data: st.DataObject
) -> None:
    frames, whole = framed(chunks), b"".join(chunks)
    offset = data.draw(st.integers(0, len(whole) - 1))
    heard = []
    at = offset
    while at < len(whole):
        part, end = frames.part(at)
        pieces = unframed(part)
        assert b"".join(pieces) == whole[at:end]
        assert end in frames.ends
        assert len(part) <= LONGEST_PART or len(pieces) == 1
        heard += pieces
        at = end
    assert b"".join(heard) == whole[offset:]
    if offset == 0:
        assert heard == chunks
        assert b"".join(part for part, _ in frames.parts()) == frames.wire


@given(st.lists(CHUNKS, min_size=1, max_size=5))
def test_segments_joined_are_one_after_the_other(segments: list[list[bytes]]) -> None:
    joined = join([framed(chunks) for chunks in segments])
    assert joined == framed([chunk for chunks in segments for chunk in chunks])


def test_what_is_stored_is_looked_at(tmp_path: Path) -> None:
    """Bytes that are not those that were recorded are not sent to anybody."""
    store = LocalStore(tmp_path)
    good = write_clusters([b"p" * 60] * 25, 0)
    flipped = good[:100] + bytes([good[100] ^ 1]) + good[101:]
    for number, data in enumerate((good[:-1], b"x" * len(good), good[1:] + b"x", flipped)):
        uri = store.put(f"streams/{uuid.uuid4()}/{number}", data, "audio/webm")
        with pytest.raises(DamagedSegment):
            asyncio.run(take(store, _segment(uri, good)))
    uri = store.put("streams/good", good, "audio/webm")
    frames = asyncio.run(take(store, _segment(uri, good)))
    assert b"".join(unframed(frames.wire)) == good
    assert len(frames.ends) == 3


def hang(store: LocalStore, folder: Path) -> Segment:
    """A segment that nobody gets to the end of, as in a file system whose server is gone."""
    uri = store.uri_of(f"streams/{uuid.uuid4()}")
    place = folder / uri.removeprefix("media:///")
    place.parent.mkdir(exist_ok=True)
    os.mkfifo(place)
    return _segment(uri, b"")


def test_reads_that_hang_are_given_up_and_hold_up_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamer.asf.shelf.LEAST_SECONDS", 0.5)
    store = LocalStore(tmp_path)
    data = write_clusters([b"p" * 60] * 25, 0)
    good = _segment(store.put("streams/good", data, "audio/webm"), data)

    async def read() -> None:
        shelf = Shelf(store, 0, patience_seconds=0.5)
        hanging = [shelf.frames(hang(store, tmp_path)) for _ in range(20)]
        async with asyncio.timeout(30):
            problems = await asyncio.gather(*hanging, return_exceptions=True)
            assert all(isinstance(problem, TimeoutError) for problem in problems)
            assert (await shelf.frames(good)).ends[-1] == len(data)

    try:
        asyncio.run(read())
    finally:
        for place in tmp_path.rglob("*"):
            if place.is_fifo():
                with suppress(OSError):  # nobody is reading there
                    os.close(os.open(place, os.O_WRONLY | os.O_NONBLOCK))


async def take(store: LocalStore, segment: Segment) -> Frames:
    return await Shelf(store, 0, patience_seconds=0).frames(segment)


def _segment(uri: str, data: bytes) -> Segment:
    return Segment(1, "0.0", uri, 169, len(data), 0, 25, hashlib.sha256(data).hexdigest())
