"""Finding where nothing is heard."""

import numpy as np

from streamer.mastering.peaks import from_decibels
from streamer.mastering.sound import blocks
from streamer.webm.opus import SAMPLE_RATE, Samples

WINDOW = SAMPLE_RATE // 50
THRESHOLD_DBFS = -50.0


def longest_silence(samples: Samples) -> float:
    """Seconds of the longest run of 20 ms windows below the threshold (RMS)."""
    threshold = from_decibels(THRESHOLD_DBFS) ** 2
    quiet = [
        np.mean(block[: len(block) // WINDOW * WINDOW].reshape(-1, WINDOW) ** 2, axis=1) < threshold
        for block in blocks(samples)
    ]
    if not quiet:
        return 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.concatenate(quiet), [0]])))
    runs = edges[1::2] - edges[::2]
    return float(runs.max() * WINDOW / SAMPLE_RATE) if len(runs) else 0.0
