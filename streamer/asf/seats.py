"""Who may still sit down: so many listeners in all, and so many of one caller."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from streamer.asf.refusals import Refusal


class Seats:
    """The process's places."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._callers: Counter[UUID] = Counter()
        self.taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for the length of the block.

        Raises:
            Refusal: ``too_many_listeners``.
        """
        if self.taken >= self._most:
            raise Refusal("too_many_listeners")
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    @contextmanager
    def of(self, caller: UUID) -> Iterator[None]:
        """One of the caller's places for the length of the block.

        Raises:
            Refusal: ``too_many_listeners``.
        """
        if self._callers[caller] >= self._most_of_one:
            raise Refusal("too_many_listeners", "You listen in too many places at once.")
        self._callers[caller] += 1
        try:
            yield
        finally:
            self._callers[caller] -= 1
            if not self._callers[caller]:
                del self._callers[caller]
