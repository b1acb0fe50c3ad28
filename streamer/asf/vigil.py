"""Whether anybody is still at work on a stream that nobody has ended.

A voice may be slow, wait for its writer, or for its turn: then listeners wait too. But whoever
should say that it is over may be dead themselves: worker, orchestrator, all of them. The record has
a sign of everybody who is at work; where there has been none for long, listeners are told.
"""

import time
from dataclasses import dataclass

from psycopg import AsyncConnection

from sql import Statement
from streamer.segments import StreamState

DOUBT_SECONDS = 15.0
"""A silence is seen twice, so far apart, before it is believed: after a clock that jumped, or a
machine that slept, a worker has renewed its lease by then."""


@dataclass(frozen=True)
class Silence:
    """The seconds since the last sign of work on a stream; ``begun`` once its voice has it, as long
    as its flow has asked an agent for anything."""

    seconds: float | None
    """None where no sign can be dated: all are from before the database's clock was set back."""
    begun: bool


SILENCE = Statement("streams/silence", Silence)


@dataclass(frozen=True)
class Patience:
    """The longest silence in seconds, behind the voice's begin and before it."""

    begun: float
    unbegun: float

    def longest(self, silence: Silence) -> float:
        """How long one like this may last."""
        return self.begun if silence.begun else self.unbegun

    def left(self, silence: Silence) -> float:
        """The seconds until a silence is too long; none where it cannot be dated."""
        return 0 if silence.seconds is None else self.longest(silence) - silence.seconds


class Vigil:
    """Watches over one stream for as long as somebody hears it."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._doubt = min(DOUBT_SECONDS, patience.begun)
        self._doubted = False
        self._due = 0.0
        self.deserted = False
        """Nobody has been at work for longer than listeners wait."""

    def hear(self) -> None:
        """There was something new: no question for as long as anybody waits."""
        self.deserted = self._doubted = False
        self._due = time.monotonic() + min(self._patience.begun, self._patience.unbegun)

    async def look(self, connection: "AsyncConnection[object]", state: StreamState) -> None:
        """Ask the record, if the stream is open and it is time to."""
        if state.status != "open" or time.monotonic() < self._due:
            return
        silence = await SILENCE.aone(connection, stream_id=state.stream_id)
        if silence is None:
            return
        left, doubt = self._patience.left(silence), self._doubt
        if silence.seconds is None:
            doubt = self._patience.longest(silence)
        self.deserted = left <= 0 and self._doubted
        self._doubted = left <= 0
        if not self.deserted:
            self._due = time.monotonic() + (left if left > 0 else doubt)
