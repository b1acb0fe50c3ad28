"""What one listener is to hear, in order. Knows no socket: only how to write bytes to one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from streamer.asf import messages
from streamer.asf.refusals import Refusal
from streamer.asf.view import StreamView
from streamer.segments import Segment

_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Place:
    """Where a listener wants to begin."""

    cursor: int = 0
    live: bool = False
    revision: int | None = None
    """The revision the cursor was counted in; None where it is the first visit."""

    @classmethod
    def parse(cls, cursor: str | None, start: str | None, revision: str | None) -> "Place":
        """Read the query parameters ``cursor``, ``from`` (start or live) and ``revision``.

        Raises:
            Refusal: ``bad_cursor``.
        """
        for number in (cursor, revision):
            if number is not None and not _WHOLE_NUMBER.fullmatch(number):
                raise Refusal("bad_cursor")
        if start not in (None, "start", "live") or (start == "live" and cursor is not None):
            raise Refusal("bad_cursor", "Say either from=start, from=live or a cursor.")
        counted_in = None if revision is None else int(revision)
        return cls(int(cursor or 0), start == "live", counted_in)


class Session:
    """One listener's way through one stream."""

    __slots__ = ("_revision", "cursor", "view", "write")

    def __init__(self, view: StreamView, write: Callable[[bytes], None]) -> None:
        self.view = view
        self.write = write
        self._revision = view.state.revision
        self.cursor = 0
        """The next byte the listener wants."""

    def begin(self, place: Place) -> tuple[str, Segment | None]:
        """Go to ``place``: the first message, and the header where a live joiner needs it.

        Raises:
            Refusal: there is no such place.
        """
        view = self.view
        if place.revision not in (None, self._revision):
            raise Refusal("stream_restarted")
        if place.cursor > view.length:
            raise Refusal("future_cursor")
        self.cursor = place.cursor
        header = None
        if place.live and len(view.segments) > 1:
            self.cursor = view.segments[-1].first_byte
            header = view.segments[0]
        return messages.metadata(view.state, self.cursor, header.bytes if header else 0), header

    def ahead(self) -> Segment | None:
        """The segment at the cursor; None where there is none by now.

        Raises:
            Refusal: there is none, and none will come, for another reason than the end.
        """
        view = self.view
        if view.gone:
            raise Refusal("unknown_stream")
        if view.state.revision != self._revision:
            raise Refusal("stream_restarted")
        segment = view.segment_at(self.cursor)
        if segment is not None:
            return segment
        if view.state.status in ("cancelled", "failed"):
            raise Refusal(f"stream_{view.state.status}", view.state.error)
        if view.deserted:
            raise Refusal("stream_stalled")
        return None

    @property
    def at_the_end(self) -> bool:
        """Whether all has been sent and no more will come."""
        return self.view.state.status == "ended" and self.cursor >= self.view.length
