"""A moment after which nothing more is waited for."""

import threading
import time


class Deadline:
    """So many seconds from now, or earlier where ``stopped`` is set."""

    def __init__(self, seconds: float, stopped: threading.Event | None = None) -> None:
        self._at = time.monotonic() + seconds
        self._stopped = stopped or threading.Event()

    @property
    def left(self) -> float:
        """Seconds that are left, never below 0."""
        return 0.0 if self._stopped.is_set() else max(0.0, self._at - time.monotonic())

    def within(self, seconds: float) -> "Deadline":
        """A nearer deadline, stopped together with this one."""
        return Deadline(min(seconds, self.left), self._stopped)

    def wait(self, seconds: float) -> bool:
        """Sleep so long, if so much is left; whether it was."""
        if seconds >= self.left:
            return False
        return not self._stopped.wait(max(0.0, seconds))
