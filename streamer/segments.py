"""The stream's record as it stands in the database: one state, and runs of bytes in order."""

from dataclasses import dataclass
from uuid import UUID

from sql import Statement


@dataclass(frozen=True)
class Segment:
    """An immutable run of bytes. Segment 0 is the header; every other one is a spoken line.

    ``first_byte`` and ``bytes`` place it in the stream, ``first_frame`` and ``frames`` in time
    (a frame is 20 ms).
    """

    position: int
    line_id: str | None
    uri: str
    first_byte: int
    bytes: int
    first_frame: int
    frames: int
    sha256: str

    @property
    def end(self) -> int:
        """The first byte behind this segment."""
        return self.first_byte + self.bytes


@dataclass(frozen=True)
class StreamState:
    """One stream. ``status`` is open, ended, failed or cancelled."""

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
    error: str | None
    expired: bool


STATE = Statement("streams/state", StreamState)
SEGMENTS = Statement("streams/segments", Segment)
