"""A player that really plays: it takes a block out of its buffer every 20 ms, by the clock."""

import time
from dataclasses import dataclass

from tests.bench.ear import Ear
from tests.bench.playing import BLOCK_SECONDS, BUFFER


@dataclass(frozen=True)
class Played:
    """What it was like."""

    underruns: int
    waited: float
    """Seconds it stood still."""
    seconds: float
    """How much it played."""
    broke_off: str | None = None
    """Why no more came, where that was not the stream's end."""


def play_in_real_time(ear: Ear, buffer: float = BUFFER) -> Played:
    """Play a stream while it comes in, until no more will; takes as long as that lasts."""
    ear.wait_for_blocks(round(buffer / BLOCK_SECONDS))
    due = time.monotonic()
    played = underruns = 0
    waited = 0.0
    while True:
        if not ear.wait_for_blocks(played + 1, 0) and not ear.is_over:
            if not ear.wait_for_blocks(played + 1):
                break  # it was the end that was waited for
            underruns += 1
            waited += time.monotonic() - due
            due = time.monotonic()
        elif not ear.wait_for_blocks(played + 1, 0):
            break
        played += 1
        due += BLOCK_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
    return Played(underruns, waited, played * BLOCK_SECONDS, _broke_off(ear))


def _broke_off(ear: Ear) -> str | None:
    if ear.end is None:
        return "closed"
    return None if ear.end["type"] == "stream_end" else str(ear.end["code"])
