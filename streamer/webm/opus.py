"""Samples to Opus packets, one fresh encoder per line."""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
FRAME_SAMPLES = 960
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
PRE_SKIP = 120
"""Samples that the encoder's look-ahead puts before the sound (lowdelay application)."""

BIT_RATE = 64_000

Samples = NDArray[np.float32]


def encode_line(samples: Samples) -> list[bytes]:
    """The packets, 20 ms each, of one line; float32 mono at 48 kHz, full scale at ±1.

    The line is padded with silence to whole frames. ``lowdelay`` keeps joins between lines free of
    clicks where the speech application would not. The encoder is never flushed: that would add a
    packet that tells players to discard samples in mid-stream.
    """
    encoder = _fresh_encoder()
    packets: list[bytes] = []
    for position, block in enumerate(_blocks(samples)):
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = position * FRAME_SAMPLES
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def count_frames(sample_count: int) -> int:
    """How many packets :func:`encode_line` makes of so many samples."""
    return -(-(sample_count + PRE_SKIP) // FRAME_SAMPLES)


def _blocks(samples: Samples) -> Iterator[Samples]:
    whole = count_frames(len(samples)) * FRAME_SAMPLES
    padded = np.zeros(whole, dtype=np.float32)
    padded[: len(samples)] = np.clip(samples, -1.0, 1.0)
    yield from padded.reshape(-1, 1, FRAME_SAMPLES)


def _fresh_encoder() -> AudioCodecContext:
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate = SAMPLE_RATE
    encoder.layout = "mono"
    encoder.format = "flt"
    encoder.bit_rate = BIT_RATE
    encoder.options = {"application": "lowdelay", "frame_duration": "20"}
    encoder.open()
    return encoder
