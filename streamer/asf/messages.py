"""The control messages: JSON text between the binary audio."""

import json
import time
from collections import deque
from typing import Any, Literal

from streamer.asf.refusals import Refusal
from streamer.segments import StreamState
from streamer.webm import SAMPLE_RATE

MIME = 'audio/webm; codecs="opus"'


def metadata(state: StreamState, cursor: int, header_bytes: int) -> str:
    """The first message. ``header_bytes`` of header come first and do not count for the cursor."""
    return _text(
        type="stream_metadata", mime=MIME, codec="opus", sample_rate=SAMPLE_RATE, channels=1,
        cursor=cursor, header_bytes=header_bytes, live=state.status == "open",
        revision=state.revision,
    )  # fmt: skip


def end(state: StreamState) -> str:
    """The last message: all bytes are out."""
    return _text(type="stream_end", bytes=state.bytes, sha256=state.sha256)


def error(refusal: Refusal) -> str:
    """The last message where the end was not reached."""
    return _text(
        type="error", code=refusal.code, message=refusal.message,
        retryable=refusal.ending.retryable,
    )  # fmt: skip


def read_wish(message: str) -> Literal["pause", "resume"]:
    """What the listener wants.

    Raises:
        Refusal: not a JSON object with a type that is known.
    """
    try:
        wish = json.loads(message)
    except (ValueError, RecursionError):
        raise Refusal("bad_message") from None
    kind = wish.get("type") if isinstance(wish, dict) else None
    if kind == "pause":
        return "pause"
    if kind == "resume":
        return "resume"
    raise Refusal("bad_message")


class Patience:
    """Counts a listener's messages; runs out at more than so many a minute."""

    def __init__(self, messages_per_minute: int) -> None:
        self._moments: deque[float] = deque(maxlen=messages_per_minute)

    def spend(self, now: float | None = None) -> None:
        """Count one message. Raises Refusal where it is one too many."""
        moment = time.monotonic() if now is None else now
        if len(self._moments) == self._moments.maxlen and moment - self._moments[0] < 60:
            raise Refusal("too_many_messages")
        self._moments.append(moment)


def _text(**values: Any) -> str:
    return json.dumps(values, separators=(",", ":"))
