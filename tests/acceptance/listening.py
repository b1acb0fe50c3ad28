"""What a listener's ear would tell of a file, measured."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
WINDOW = RATE // 50
"""Samples in 20 ms."""

SILENCE_DBFS = -50.0

Sound = NDArray[np.float32]


def decode(path: Path) -> Sound:
    """The whole file as mono float32 at 16 kHz.

    Raises:
        av.FFmpegError: the file is no valid audio.
    """
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        pieces = [
            frame.to_ndarray()[0]
            for decoded in container.decode(audio=0)
            for frame in resampler.resample(decoded)
        ]
        pieces += [frame.to_ndarray()[0] for frame in resampler.resample(None)]
    return np.concatenate(pieces).astype(np.float32)


def levels(sound: Sound) -> NDArray[np.float64]:
    """RMS level of each 20 ms window, in dBFS."""
    whole = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)
    power = np.mean(whole.astype(np.float64) ** 2, axis=1)
    in_decibels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12))
    return in_decibels


def longest_silence(sound: Sound) -> float:
    """Seconds of the longest run of windows below -50 dBFS."""
    longest = run = 0
    for quiet in levels(sound) < SILENCE_DBFS:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest * WINDOW / RATE


def pitch(sound: Sound) -> float:
    """Median fundamental frequency of the voiced windows, in Hz, by autocorrelation."""
    size = RATE // 20
    found = []
    for start in range(0, len(sound) - size, size):
        piece = sound[start : start + size].astype(np.float64)
        piece -= piece.mean()
        energy = float(piece @ piece)
        if energy / size < 1e-4:
            continue
        spectrum = np.fft.rfft(piece, 2 * size)
        correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:size] / energy
        lag = RATE // 400 + int(np.argmax(correlation[RATE // 400 : RATE // 60]))
        if correlation[lag] > 0.5:
            found.append(RATE / lag)
    return float(np.median(found)) if found else 0.0


@dataclass(frozen=True)
class Impression:
    """A file's length in seconds and its longest silence in seconds."""

    seconds: float
    longest_silence: float


def listen(path: Path) -> Impression:
    """Decode a file and measure it."""
    sound = decode(path)
    return Impression(len(sound) / RATE, longest_silence(sound))
