"""A look-ahead limiter: turns the sound down before a peak and back up after it.

The gain every peak needs is held as long as the look-ahead, on either side, and then smoothed over
no more than that: so it is never higher than a peak allows, and never jumps.
"""

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d  # type: ignore[import-untyped]

from streamer.mastering.peaks import MARGIN, from_decibels, peak_envelope
from streamer.mastering.sound import BLOCK_SAMPLES
from streamer.webm.opus import SAMPLE_RATE, Samples

LOOK_AHEAD = SAMPLE_RATE * 15 // 1000


def limit(samples: Samples, gain_db: float, ceiling_dbfs: float) -> Iterator[Samples]:
    """The samples raised by ``gain_db`` with true peaks kept at the ceiling, block by block.

    What comes out does not depend on where one block ends and the next begins.
    """
    gain, ceiling = from_decibels(gain_db), from_decibels(ceiling_dbfs)
    margin = 2 * LOOK_AHEAD + 2 * MARGIN
    for start in range(0, len(samples), BLOCK_SAMPLES):
        first = max(0, start - margin)
        stop = min(len(samples), start + BLOCK_SAMPLES)
        raised = np.asarray(samples[first : stop + margin], dtype=np.float32) * np.float32(gain)
        yield (raised * _gains(peak_envelope(raised), ceiling))[start - first : stop - first]


def _gains(peaks: Samples, ceiling: float) -> Samples:
    """What each sample is multiplied with so that no peak passes the ceiling."""
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    if needed.min() >= 1.0:
        return needed
    held = minimum_filter1d(needed, 2 * LOOK_AHEAD + 1, mode="nearest")
    # Two passes of half the look-ahead each: a triangle, without corners.
    once = uniform_filter1d(held, LOOK_AHEAD + 1, mode="nearest")
    return np.asarray(uniform_filter1d(once, LOOK_AHEAD + 1, mode="nearest"), dtype=np.float32)
