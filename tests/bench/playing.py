"""What a player hears of a stream that comes in pieces.

It begins once so many seconds are there, and plays on in real time. A block that is not there when
its turn comes is an underrun: the player waits for it, and everything after comes so much later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.blocks import Block

BUFFER = 2.0
"""Seconds that must be there before the player begins."""
BLOCK_SECONDS = 0.02
_EXACT = 1e-6
"""What adding up fractions of a second may be off."""


@dataclass(frozen=True)
class Playing:
    """How a stream was heard. Moments are on the clock of the arrivals."""

    started: float
    """When the player began."""
    underruns: int
    """How often it ran dry."""
    waited: float
    """Seconds it stood still, all told."""
    margin: float
    """By how many seconds the block that came closest to missing its turn was early, or the one
    that missed it by most was late (negative)."""
    closest: float
    """Where in the stream that was, in seconds."""
    seconds: float
    """How long the stream is."""
    arrived: float
    """When its last block was there."""


class TooShort(Exception):
    """The stream ended before the player began, or has a hole."""


def play(arrivals: Sequence[tuple[Block, float]], buffer: float = BUFFER) -> Playing:
    """Work out what a player hears whose blocks arrive like this.

    Raises:
        TooShort: as it says.
    """
    _require_gapless(arrivals)
    enough = round(buffer / BLOCK_SECONDS)
    if len(arrivals) < enough:
        raise TooShort
    started = max(moment for _, moment in arrivals[:enough])
    seconds = len(arrivals) * BLOCK_SECONDS
    underruns, waited, margin, closest = 0, 0.0, seconds, 0.0
    for place, (_, moment) in enumerate(arrivals):
        if moment <= started:
            continue
        early = started + place * BLOCK_SECONDS + waited - moment
        if early < margin:
            margin, closest = early, place * BLOCK_SECONDS
        if early < -_EXACT:
            underruns, waited = underruns + 1, waited - early
    return Playing(started, underruns, waited, margin, closest, seconds, arrivals[-1][1])


def _require_gapless(arrivals: Sequence[tuple[Block, float]]) -> None:
    for place, (block, _) in enumerate(arrivals):
        if block.milliseconds != round(place * BLOCK_SECONDS * 1000):
            raise TooShort(f"block {place} says {block.milliseconds} ms")
