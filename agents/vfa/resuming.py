"""Where the listener of a voice is who goes on with what an earlier run began."""

from dataclasses import dataclass

from psycopg_pool import ConnectionPool

from agents.vfa.clock import Clock
from sql.statements import Statement
from streamer.record import StreamWriter
from streamer.webm import FRAME_SECONDS


@dataclass(frozen=True)
class Recorded:
    """A recorded line: the stream's length with it, in frames, and how long ago that was."""

    frames: int
    seconds_ago: float


_RECORDED = Statement("voice/recorded", Recorded)


def resume_clock(pool: ConnectionPool, writer: StreamWriter, clock: Clock) -> Clock:
    """The clock, told what is recorded of this revision, and when. A new stream costs no look."""
    if not writer.finished_lines:
        return clock
    stream = {"stream_id": writer.grant.stream_id, "revision": writer.grant.revision}
    with pool.connection() as connection:
        lines = _RECORDED.all(connection, **stream)
    for line in lines:
        clock.note_recorded(line.frames * FRAME_SECONDS, line.seconds_ago)
    return clock
