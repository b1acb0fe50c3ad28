"""Streams for listening to: short ones spoken line by line, long ones in no time."""

import threading
import time
from functools import cache
from itertools import count
from typing import Any
from unittest.mock import patch

import numpy as np

from streamer.record import StreamWriter
from streamer.webm.opus import encode_line
from tests.streamer.sounds import babble

LINES = [babble(0.7 + 0.4 * (n % 3), 120 + 60 * (n % 2), seed=n) for n in range(8)]
_NOTHING = np.zeros(1, dtype=np.float32)


def say(writer: StreamWriter, lines: int, first: int = 0) -> None:
    """Record so many lines of about a second and a half."""
    for position in range(first, first + lines):
        writer.append(f"0.{position}", LINES[position % len(LINES)], 0.3)


def speak(writer: StreamWriter, lines: int, every: float = 0.1) -> threading.Thread:
    """Record lines by and by, then end; in a thread that is started."""

    def work() -> None:
        for position in range(lines):
            writer.append(f"0.{position}", LINES[position % len(LINES)], 0.3)
            time.sleep(every)
        writer.end()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def fill(writer: StreamWriter, minutes: float) -> None:
    """Record lines of a minute. It is the same sound again and again, encoded once: real
    clusters at their own times, without half a minute of encoding."""
    with patch("streamer.record.encode_line", _encode_once):
        for position in count():
            if writer.seconds >= minutes * 60:
                return
            writer.append(f"1.{position}", _NOTHING, 0.0)


def _encode_once(samples: Any) -> list[bytes]:
    return _packets()


@cache
def _packets() -> list[bytes]:
    return encode_line(babble(3.0, 140, rate=48_000, seed=9))[:150] * 20
