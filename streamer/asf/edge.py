"""The live end of a stream: whoever has heard all there is waits here, as no task and no timer.

What is recorded next is cut and framed once, and the same bytes are written to everybody in one
pass. Whoever cannot take more, or pauses, leaves; the record serves them, at their own pace, and
they come back when they have caught up.
"""

import asyncio

import structlog

from streamer.asf.session import Session
from streamer.asf.shelf import LONGEST_PART, Shelf, join
from streamer.asf.view import StreamView

AT_ONCE = 256
"""Writes between two looks at everything else that waits for the event loop."""

log = structlog.get_logger()


class Edge:
    """Those who are at one stream's live end. Exactly one process-wide task runs it."""

    def __init__(self, view: StreamView, shelf: Shelf) -> None:
        self._view = view
        self._shelf = shelf
        self._here: dict[Session, asyncio.Future[None]] = {}
        self._revision = view.state.revision
        self._cursor = 0
        """What lies before it has been sent, or is being sent, to all who are here."""

    async def stay(self, session: Session) -> None:
        """Be written to until something else must be done for this listener.

        Call it without a pause after seeing that ``session`` has all that is recorded.
        """
        left = self._here[session] = asyncio.get_running_loop().create_future()
        try:
            await left
        finally:
            self._here.pop(session, None)

    def leave(self, session: Session) -> None:
        """Write no more to this listener: :meth:`stay` returns."""
        left = self._here.pop(session, None)
        if left is not None and not left.done():
            left.set_result(None)

    async def run(self) -> None:
        """Send what is recorded, as it is recorded, until cancelled."""
        while True:
            change = self._view.change
            if self._view.state.revision != self._revision:
                self._start_over()
            try:
                await self._send_news()
            except Exception as problem:  # this task is all that those who are here have
                log.error("stream_edge_broken_off", error=repr(problem))
                self._start_over()
            if self._view.is_over:
                self._start_over()
            await change.wait()

    def _start_over(self) -> None:
        """Let everybody look for themselves."""
        for session in list(self._here):
            self.leave(session)
        self._revision = self._view.state.revision
        self._cursor = self._view.length

    async def _send_news(self) -> None:
        while self._here and (segments := self._view.segments_from(self._cursor, LONGEST_PART)):
            first_byte = segments[0].first_byte
            every = await asyncio.gather(*(self._shelf.frames(segment) for segment in segments))
            for part, end in join(every).parts():
                start, self._cursor = self._cursor, first_byte + end
                await self._write(part, start, self._cursor)
        if not self._here:
            self._cursor = self._view.length

    async def _write(self, part: bytes, start: int, end: int) -> None:
        """Only to those who are just there. A newcomer may have read ahead of this pass: of what
        begins behind them they get all, and what began before them they fetch for themselves."""
        everybody, here = list(self._here), self._here
        for first in range(0, len(everybody), AT_ONCE):
            if self._view.state.revision != self._revision:
                return
            for session in everybody[first : first + AT_ONCE]:
                if session.cursor == start and session in here:
                    session.cursor = end
                    session.write(part)
                elif session.cursor < end:
                    self.leave(session)
            await asyncio.sleep(0)
