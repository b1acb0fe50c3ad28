"""When a listener needs a line."""

import time
from collections.abc import Callable

CHARACTERS_PER_SECOND = 16.0
"""Of text as written, at a voice's own pace: what the embedded voices were measured at."""
USUAL_PAUSE = 0.35
"""Seconds behind a line that is not spoken yet."""


def estimate_seconds(text: str, rate: float) -> float:
    """How long a line that is not spoken yet will be, with the pause behind it."""
    return len(text) / CHARACTERS_PER_SECOND / rate + USUAL_PAUSE


class Clock:
    """Plays along with one who listens from the first line on, with ``buffer_seconds`` in hand.

    Where a line came too late that listener had to wait, and takes the same in hand again. How far
    a stream was heard that an earlier run began, nobody knows: its next line is due at once.
    """

    def __init__(
        self,
        buffer_seconds: float,
        recorded_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._buffer = buffer_seconds
        self._recorded = recorded_seconds
        self._now = now
        self._beginning: float | None = None
        """The moment at which the stream's second 0 is, or would have been, heard."""

    def note_recorded(self, recorded_seconds: float) -> None:
        """A line was recorded at this moment; the stream is so many seconds long with it."""
        now = self._now()
        if self._beginning is None or now > self._beginning + self._recorded:
            self._beginning = now + self._buffer - self._recorded
        self._recorded = recorded_seconds

    def due_in(self, unrecorded_seconds: float) -> float:
        """In how many seconds a line is needed that has so many before it not recorded yet."""
        if self._beginning is None:
            return unrecorded_seconds
        return max(0.0, self._beginning + self._recorded + unrecorded_seconds - self._now())
