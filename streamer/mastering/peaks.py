"""True peak after ITU-R BS.1770-4, annex 2: the highest point between the samples too."""

import numpy as np
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from streamer.mastering.sound import BLOCK_SAMPLES
from streamer.webm.opus import Samples

OVERSAMPLING = 4
MARGIN = 64
"""Samples on either side that a block needs to be measured as if it had no edges."""


def peak_envelope(samples: Samples) -> Samples:
    """For each sample, the highest magnitude from it up to the next one."""
    fine = np.abs(resample_poly(samples, OVERSAMPLING, 1))
    return np.asarray(fine.reshape(-1, OVERSAMPLING).max(axis=1), dtype=np.float32)


def measure_true_peak(samples: Samples) -> float:
    """dBFS of the highest point of mono samples; minus infinity for digital silence."""
    highest = 0.0
    for start in range(0, len(samples), BLOCK_SAMPLES):
        block = samples[max(0, start - MARGIN) : start + BLOCK_SAMPLES + MARGIN]
        highest = max(highest, float(peak_envelope(np.asarray(block)).max()))
    return to_decibels(highest)


def to_decibels(factor: float) -> float:
    """20 log10, minus infinity for nothing."""
    return 20 * float(np.log10(factor)) if factor > 0 else float("-inf")


def from_decibels(decibels: float) -> float:
    """The factor of so many decibels."""
    return float(10 ** (decibels / 20))
