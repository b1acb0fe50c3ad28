"""Writing a stream's record: fenced, resumable, without holes.

The bytes are stored first, under a name made of their own hash; the row follows. A crash between
the two leaves an object nobody refers to and no hole; two writers never touch each other's bytes.
"""

import hashlib
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from sql import Command, Statement
from streamer.errors import (
    DamagedSegment,
    FenceLost,
    StreamCancelled,
    StreamClosed,
    StreamerError,
    UnknownStream,
)
from streamer.media import MediaStore, keep
from streamer.segments import SEGMENTS, STATE, Segment, StreamState
from streamer.webm import FRAME_SECONDS, SAMPLE_RATE, encode_line, to_stream_rate
from streamer.webm import write_clusters as clusters
from streamer.webm import write_header as header
from streamer.webm.opus import Samples

MEDIA_TYPE = "audio/webm"
ANNOUNCE = Command("streams/announce")
APPEND = Command("streams/append_segment")
CLOSE = Command("streams/close")
ABANDON = Command("streams/abandon")
JUDGE = Command("streams/judge")


@dataclass(frozen=True)
class Grant:
    """What the database grants to the one who takes a stream."""

    stream_id: UUID
    workflow_id: UUID
    user_id: UUID | None
    revision: int
    fence: int
    status: str
    bytes: int
    frames: int
    sha256: str | None
    stream_uri: str | None


@dataclass(frozen=True)
class OpenFlow:
    """A workflow that nobody closes while it is held."""

    workflow_id: UUID


TAKE = Statement("streams/take", Grant)
HOLD_FLOW = Statement("streams/hold_flow", OpenFlow)


@dataclass(frozen=True)
class EndedStream:
    """A finished stream: exactly the bytes streamed, in one object."""

    uri: str
    bytes: int
    sha256: str
    seconds: float


@dataclass(frozen=True)
class Span:
    """A stretch of the stream, in seconds."""

    start: float
    seconds: float


class StreamWriter:
    """The one writer of one stream, for as long as nobody takes it over.

    Every method that writes raises FenceLost once somebody has, StreamCancelled once the stream is
    cancelled, and StreamClosed once it is finished. Not safe to share between threads.
    """

    def __init__(self, pool: ConnectionPool, store: MediaStore, grant: Grant) -> None:
        self._pool = pool
        self._store = store
        self.grant = grant
        self.ended = grant.status == "ended"
        with pool.connection() as connection:
            self._segments = SEGMENTS.all(
                connection, stream_id=grant.stream_id, revision=grant.revision, position=0
            )

    @classmethod
    def open(
        cls, pool: ConnectionPool, store: MediaStore, stream_id: UUID, owner: str
    ) -> "StreamWriter":
        """Take the stream. The owner who wrote last goes on; a new one starts a new revision.

        ``owner`` is the idempotency key of the call that speaks: a retry keeps it, a person's
        *Clear* changes it.

        Raises:
            UnknownStream: no such stream.
            FenceLost: a later owner has taken the stream.
            StreamCancelled, StreamClosed: the workflow is over, so nothing is said any more.
        """
        with pool.connection() as connection:
            if HOLD_FLOW.one(connection, stream_id=stream_id) is None:
                state = STATE.one(connection, stream_id=stream_id)
                raise _refusal(state, state.fence if state else None)
            grant = TAKE.one(connection, stream_id=stream_id, owner=owner)
            if grant is None:
                raise _refusal(STATE.one(connection, stream_id=stream_id))
            ANNOUNCE.run(connection, stream_id=stream_id)
        writer = cls(pool, store, grant)
        if not writer._segments:
            writer._record(header(), line_id=None, frames=0)
        return writer

    @property
    def finished_lines(self) -> list[str]:
        """The lines recorded so far, in order."""
        return [segment.line_id for segment in self._segments if segment.line_id is not None]

    @property
    def line_spans(self) -> dict[str, Span]:
        """When each recorded line begins, and how long it is with the pause behind it."""
        return {
            segment.line_id: Span(
                segment.first_frame * FRAME_SECONDS, segment.frames * FRAME_SECONDS
            )
            for segment in self._segments
            if segment.line_id is not None
        }

    @property
    def seconds(self) -> float:
        """How long the stream is by now."""
        return self._frames * FRAME_SECONDS

    @property
    def length(self) -> int:
        """How many bytes the stream has by now."""
        return self._segments[-1].end if self._segments else 0

    def append(
        self, line_id: str, samples: Samples, pause_seconds: float, sample_rate: int = 24_000
    ) -> Segment:
        """Record one spoken line and the pause behind it; ``samples`` is float32 mono, ±1."""
        spoken = to_stream_rate(samples, sample_rate)
        pause = np.zeros(round(pause_seconds * SAMPLE_RATE), dtype=np.float32)
        packets = encode_line(np.concatenate([spoken, pause]))
        data = clusters(packets, self._frames)
        return self._record(data, line_id=line_id, frames=len(packets))

    def end(self) -> EndedStream:
        """Finish: store the whole as one object. Ending again answers the same.

        Raises:
            DamagedSegment: what is stored is not what was recorded.
        """
        with tempfile.TemporaryDirectory(prefix="aethercast-stream-") as folder:
            whole = Path(folder) / "stream.webm"
            digest = self._concatenate(whole)
            uri = self.keep(f"stream-{digest[:16]}.webm", whole, MEDIA_TYPE)
        if not self.ended:
            self._write(CLOSE, sha256=digest, stream_uri=uri, bytes=self.length)
            self.ended = True
        return EndedStream(uri, self.length, digest, self.seconds)

    def fail(self, message: str) -> None:
        """Tell listeners that no more will come, and why. ``message`` is for a listener's eyes."""
        self._write(ABANDON, status="failed", error=message)

    def cancel(self) -> None:
        """Tell listeners that the podcast was cancelled."""
        self._write(ABANDON, status="cancelled", error="The podcast was cancelled.")

    def judge(self, quality: dict[str, Any]) -> None:
        """Write the quality report that release depends on: ``{"passed": bool, …}``."""
        self._write(JUDGE, quality=Jsonb(quality))

    def keep(self, name: str, data: bytes | Path, media_type: str) -> str:
        """Store an object that belongs to this revision of the stream; returns its URI."""
        grant = self.grant
        key = f"streams/{grant.stream_id}/{grant.revision}/{name}"
        with self._pool.connection() as connection:
            return keep(
                connection, self._store, key, data, media_type, grant.user_id, grant.workflow_id
            )

    def _record(self, data: bytes, line_id: str | None, frames: int) -> Segment:
        position = len(self._segments)
        digest = hashlib.sha256(data).hexdigest()
        uri = self.keep(f"{position:05}-{digest[:16]}.webm", data, MEDIA_TYPE)
        segment = Segment(
            position, line_id, uri, self.length, len(data), self._frames, frames, digest
        )
        self._write(APPEND, **asdict(segment))
        self._segments.append(segment)
        return segment

    def _write(self, command: Command, **values: object) -> None:
        grant = self.grant
        with self._pool.connection() as connection:
            if command.run(connection, stream_id=grant.stream_id, fence=grant.fence, **values):
                return
            state = STATE.one(connection, stream_id=grant.stream_id)
        raise _refusal(state, grant.fence)

    def _concatenate(self, path: Path) -> str:
        whole = hashlib.sha256()
        with path.open("wb") as file:
            for segment in self._segments:
                data = self._store.read(segment.uri)
                if hashlib.sha256(data).hexdigest() != segment.sha256:
                    raise DamagedSegment(f"Damaged: {segment.uri}")
                whole.update(data)
                file.write(data)
        return whole.hexdigest()

    @property
    def _frames(self) -> int:
        return sum(segment.frames for segment in self._segments)


def _refusal(state: StreamState | None, fence: int | None = None) -> StreamerError:
    """Why a write touched no row."""
    if state is None:
        return UnknownStream()
    if state.status == "cancelled":
        return StreamCancelled()
    if fence == state.fence:
        return StreamClosed()
    return FenceLost()
