"""How a stream is refused or broken off: a code for the page, words for the listener."""

from dataclasses import dataclass
from typing import ClassVar

POLICY, TRY_AGAIN, ANEW = 1008, 1013, 1012


@dataclass(frozen=True)
class Ending:
    """One way not to reach the end."""

    close_code: int
    message: str
    retryable: bool = False


class Refusal(Exception):
    """The stream cannot go on for this listener. ``code`` is one of ENDINGS."""

    ENDINGS: ClassVar[dict[str, Ending]] = {
        "unknown_stream": Ending(POLICY, "There is no such stream, or it is not yours to hear."),
        "expired_stream": Ending(POLICY, "This link has expired. Open the podcast again."),
        "bad_cursor": Ending(POLICY, "The cursor must be a whole number of bytes, 0 or more."),
        "future_cursor": Ending(POLICY, "The stream has not come that far."),
        "stream_restarted": Ending(ANEW, "The voice was made anew. Start from the beginning."),
        "stream_failed": Ending(POLICY, "The voice could not be finished."),
        "stream_stalled": Ending(
            POLICY, "Nobody is at work on this podcast any more. Look again later."
        ),
        "stream_cancelled": Ending(POLICY, "The podcast was cancelled."),
        "bad_message": Ending(POLICY, "Only pause and resume are understood here."),
        "too_many_messages": Ending(POLICY, "Too many messages at once."),
        "too_many_listeners": Ending(TRY_AGAIN, "All places are taken. Try again soon.", True),
        "consumer_too_slow": Ending(
            TRY_AGAIN, "The connection is too slow. Reconnect where you are.", True
        ),
        "paused_too_long": Ending(POLICY, "Paused for too long. Reconnect where you are.", True),
        "server_restarting": Ending(ANEW, "The server restarts. Reconnect where you are.", True),
        "unavailable": Ending(TRY_AGAIN, "The stream is out of reach. Reconnect soon.", True),
    }

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.ending = self.ENDINGS[code]
        self.message = message or self.ending.message
        super().__init__(self.message)
