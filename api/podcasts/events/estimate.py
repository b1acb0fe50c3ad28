"""How long it may still take, from what finished episodes took."""

import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from sql import Statement

SECONDS_KEPT = 30.0


@dataclass(frozen=True)
class Measured:
    """Seconds of work per minute of episode; None before the first finished one."""

    seconds: float | None


MEASURED = Statement("podcasts/estimate_seconds", Measured)


class Pace:
    """Seconds of work per minute of episode, as the last finished episodes tell."""

    def __init__(self) -> None:
        self._seconds: float | None = None
        self._until = 0.0

    async def read(self, connection: AsyncConnection[Any]) -> float | None:
        """The pace; None before the first finished episode."""
        if time.monotonic() > self._until:
            found = await MEASURED.aone(connection)
            self._seconds = found.seconds if found else None
            self._until = time.monotonic() + SECONDS_KEPT
        return self._seconds


def seconds_left(
    pace: float | None, minutes: float | None, began: datetime, now: datetime
) -> int | None:
    """What others took, less what this one took so far; None where that says nothing.

    An episode that takes longer than the others did is not "about to end": there is nothing
    to tell it by.
    """
    if pace is None or not minutes:
        return None
    left = pace * minutes - (now - began).total_seconds()
    return math.ceil(left) if left > 0 else None
