"""What can be heard in the bytes of a stream, decoded by FFmpeg."""

import io

import av
import numpy as np

from tests.acceptance.listening import RATE, SILENCE_DBFS, Sound, levels
from tests.bench.blocks import Blocks


class Silent(Exception):
    """There is no sound in it."""


def decode(data: bytes) -> Sound:
    """A header and whole clusters, as mono float32 at 16 kHz.

    Raises:
        av.FFmpegError: the bytes are no valid audio.
    """
    with av.open(io.BytesIO(data), "r", format="webm") as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def first_sound(data: bytes) -> int:
    """By which byte there is something to hear: header and as many whole clusters as it takes until
    20 ms of what they decode to are louder than -50 dBFS.

    Raises:
        Silent: all of it is quieter.
    """
    read = Blocks()
    read.feed(data)
    for _, end in read.clusters:
        if end <= len(data) and levels(decode(data[:end])).max() > SILENCE_DBFS:
            return end
    raise Silent


def cut(data: bytes, first: int, end: int) -> bytes:
    """The header and the clusters from one byte to another, which begin and end there."""
    read = Blocks()
    read.feed(data)
    return data[: read.clusters[0][0]] + data[first:end]
