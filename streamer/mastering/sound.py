"""A recording's samples, on disk rather than in memory: an hour is 700 MB."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np

from streamer.webm.opus import SAMPLE_RATE, Samples

BLOCK_SAMPLES = 10 * SAMPLE_RATE


def decode(recording: Path, folder: Path) -> Samples:
    """The samples of an audio file, mono at 48 kHz, mapped from a scratch file in ``folder``."""
    return store(_decode(recording), folder / f"{recording.name}.f32")


def store(pieces: Iterable[Samples], scratch: Path) -> Samples:
    """Write samples to a scratch file and map it."""
    with scratch.open("wb") as file:
        for piece in pieces:
            file.write(np.ascontiguousarray(piece, dtype=np.float32).data)
    if not scratch.stat().st_size:
        return np.zeros(0, dtype=np.float32)
    return np.memmap(scratch, dtype=np.float32, mode="r")


def _decode(recording: Path) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(recording), "r") as container:
        for frame in container.decode(audio=0):
            yield from _arrays(resampler.resample(frame))
        yield from _arrays(resampler.resample(None))


def _arrays(frames: list[av.AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield np.asarray(frame.to_ndarray()[0], dtype=np.float32)


def blocks(samples: Samples, length: int = BLOCK_SAMPLES) -> Iterator[Samples]:
    """The samples in runs of ``length``, the last as long as what is left."""
    for start in range(0, len(samples), length):
        yield np.asarray(samples[start : start + length], dtype=np.float32)
