"""A small memory: at most so many things, each until its time is over."""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by name; the one that was not asked for longest makes room for a new one.

    For one event loop: nothing here waits, so nothing needs a lock.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: str) -> Value | None:
        """What is kept under ``name``, or None."""
        found = self._kept.get(name)
        if found is None:
            return None
        until, value = found
        if until <= time.monotonic():
            del self._kept[name]
            return None
        self._kept.move_to_end(name)
        return value

    def keep(self, name: str, value: Value, seconds: float) -> None:
        """Keep ``value`` for so many seconds, instead of what was there."""
        self._kept[name] = (time.monotonic() + seconds, value)
        self._kept.move_to_end(name)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, name: str) -> None:
        """Keep it no longer."""
        self._kept.pop(name, None)
