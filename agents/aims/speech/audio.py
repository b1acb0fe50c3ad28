"""Samples, and the WAV files they are kept in.

A file is mono 24 kHz 16-bit PCM. Between ``fmt`` and ``data`` stands a LIST/INFO comment with
the fingerprint of the line, so that a kept file says what it is; readers skip chunks they do
not know (Multimedia Programming Interface and Data Specifications 1.0, chapter 3).
"""

import struct
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
Samples: TypeAlias = NDArray[np.float32]
"""Mono sound at 24 kHz, full scale at ±1."""

_FINGERPRINT = 64
_COMMENT = 4 + 8 + _FINGERPRINT
_LAYOUT = f"<4sI4s 4sIHHIIHH 4sI4s4sI{_FINGERPRINT}s 4sI"
HEADER_BYTES = struct.calcsize(_LAYOUT)


@dataclass(frozen=True)
class WavHeader:
    """What a kept file says about itself."""

    samples: int
    fingerprint: str


def to_wav(sound: Samples, fingerprint: str) -> bytes:
    """The file of ``sound``; ``fingerprint`` is 64 hexadecimal digits."""
    pcm = (np.clip(sound, -1.0, 1.0) * 32767.0).round().astype("<i2").tobytes()
    header = struct.pack(
        _LAYOUT,
        b"RIFF", HEADER_BYTES - 8 + len(pcm), b"WAVE",
        b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16,
        b"LIST", _COMMENT, b"INFO", b"ICMT", _FINGERPRINT, fingerprint.encode(),
        b"data", len(pcm),
    )  # fmt: skip
    return header + pcm


def read_header(head: bytes) -> WavHeader | None:
    """What the first bytes of a kept file say; None where they are not ours."""
    if len(head) < HEADER_BYTES:
        return None
    fields = struct.unpack_from(_LAYOUT, head)
    if (fields[0], fields[2], fields[-2]) != (b"RIFF", b"WAVE", b"data"):
        return None
    return WavHeader(samples=fields[-1] // 2, fingerprint=fields[-3].decode("ascii", "replace"))
