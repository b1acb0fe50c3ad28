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

    Where a line came too late that listener had to wait, and takes the same in hand again.
    """

    def __init__(self, buffer_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._buffer = buffer_seconds
        self._recorded = 0.0
        self._now = now
        self._beginning: float | None = None
        """The moment at which the stream's second 0 is, or would have been, heard."""

    def note_recorded(self, recorded_seconds: float, seconds_ago: float = 0.0) -> None:
        """A line was recorded ``seconds_ago``; the stream is so many seconds long with it.

        Lines are noted in order. One that is said to come from the future was recorded now: the
        database's clock may have been set since.
        """
        moment = self._now() - max(0.0, seconds_ago)
        if self._beginning is None or moment > self._beginning + self._recorded:
            self._beginning = moment + self._buffer - self._recorded
        self._recorded = recorded_seconds

    def due_in(self, unrecorded_seconds: float) -> float:
        """In how many seconds a line is needed that has so many before it not recorded yet."""
        if self._beginning is None:
            return unrecorded_seconds
        return max(0.0, self._beginning + self._recorded + unrecorded_seconds - self._now())
