"""What one listener is to hear, in order. Knows no socket: the transport asks, this answers."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from streamer.asf import messages
from streamer.asf.following import StreamView
from streamer.asf.refusals import Refusal
from streamer.asf.shelf import Shelf
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

    def __init__(self, view: StreamView, shelf: Shelf, place: Place) -> None:
        self._view = view
        self._shelf = shelf
        self._place = place
        self._revision = view.state.revision
        self.cursor = place.cursor
        """The next byte the listener wants."""

    async def messages(self) -> AsyncIterator[str | bytes]:
        """Control messages as str, audio as bytes, up to ``stream_end``.

        Raises:
            Refusal: the stream cannot begin, or cannot go on.
        """
        header = self._begin()
        header_bytes = header.bytes if header else 0
        yield messages.metadata(self._view.state, self.cursor, header_bytes)
        if header is not None:
            yield (await self._shelf.chunks(header)).data
        while (segment := await self._next()) is not None:
            chunks = await self._shelf.chunks(segment)
            for chunk in chunks.behind(self.cursor - segment.first_byte):
                self.cursor += len(chunk)
                yield chunk
        yield messages.end(self._view.state)

    def _begin(self) -> Segment | None:
        """Check the place and go there; the header, where a live joiner needs it first."""
        if self._place.revision not in (None, self._revision):
            raise Refusal("stream_restarted")
        if self.cursor > self._view.length:
            raise Refusal("future_cursor")
        if not self._place.live or len(self._view.segments) < 2:
            return None
        self.cursor = self._view.segments[-1].first_byte
        return self._view.segments[0]

    async def _next(self) -> Segment | None:
        """The segment at the cursor, as soon as it is there; None at the end."""
        while True:
            change = self._view.change
            self._refuse_if_anew()
            segment = self._view.segment_at(self.cursor)
            if segment is not None:
                return segment
            if self._view.state.status == "ended":
                return None
            self._refuse_if_over()
            await change.wait()

    def _refuse_if_anew(self) -> None:
        if self._view.gone:
            raise Refusal("unknown_stream")
        if self._view.state.revision != self._revision:
            raise Refusal("stream_restarted")

    def _refuse_if_over(self) -> None:
        status = self._view.state.status
        if status == "cancelled":
            raise Refusal("stream_cancelled", self._view.state.error)
        if status == "failed":
            raise Refusal("stream_failed", self._view.state.error)
