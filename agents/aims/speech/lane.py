"""Lines that wait for one engine: whichever a listener needs first is spoken first."""

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import structlog

log = structlog.get_logger(__name__)

FURTHEST_DUE_SECONDS = 3600.0
"""How far ahead a line's due may be. A line that nobody waits for is due then, so that it stands
behind all who say when they need theirs, and comes nearer with time like any other."""


@dataclass(order=True)
class Turn:
    """A place in a lane. Of two that are due at once, the one that came first is first."""

    due: float
    """When its sound is needed, in seconds of `time.monotonic`."""
    number: int
    work: Callable[[], None] = field(compare=False)


class Lane:
    """Does what it is given, the nearest due first, on as many threads as there are workers.

    What is at work is never interrupted. What waits is only ever passed by what is due earlier, and
    a due is a moment, so everything has its turn.
    """

    def __init__(self, name: str, workers: int) -> None:
        self._waiting: list[Turn] = []
        self._numbers = count()
        self._changed = threading.Condition()
        self._open = True
        self._threads = [
            threading.Thread(target=self._work, name=f"speech-{name}-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, work: Callable[[], None], due: float) -> Turn:
        """Have ``work`` done, which raises nothing, when its turn comes."""
        with self._changed:
            turn = Turn(due, next(self._numbers), work)
            heapq.heappush(self._waiting, turn)
            self._changed.notify()
        return turn

    def hasten(self, turn: Turn, due: float) -> None:
        """Move a turn that still waits forward. Never back."""
        with self._changed:
            if due < turn.due:
                turn.due = due
                heapq.heapify(self._waiting)

    def drop(self, turn: Turn) -> None:
        """Let go of a turn that still waits."""
        with self._changed:
            if turn in self._waiting:
                self._waiting.remove(turn)
                heapq.heapify(self._waiting)

    def close(self) -> None:
        """Finish what is at work; drop what waits."""
        with self._changed:
            self._open = False
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while turn := self._next():
            try:
                turn.work()
            except Exception as error:  # one line's fault must not stop the lane
                log.exception("turn_failed", error=str(error))

    def _next(self) -> Turn | None:
        """The nearest turn, as soon as there is one; None when the lane is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._open)
            return heapq.heappop(self._waiting) if self._open else None


def due_after(seconds: float | None) -> float:
    """The moment in ``seconds``; where nobody waits, the furthest."""
    wait = FURTHEST_DUE_SECONDS if seconds is None else min(seconds, FURTHEST_DUE_SECONDS)
    return time.monotonic() + wait
