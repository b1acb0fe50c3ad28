"""Speech comes at 24 kHz, Opus streams at 48 kHz."""

from math import gcd

import numpy as np

from streamer.webm.opus import SAMPLE_RATE, Samples


def to_stream_rate(samples: Samples, sample_rate: int) -> Samples:
    """``samples`` at 48 kHz, by a linear-phase polyphase filter: no shift, no drift in length."""
    if sample_rate == SAMPLE_RATE:
        return samples.astype(np.float32, copy=False)
    # Imported here because it takes a third of a second.
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    common = gcd(SAMPLE_RATE, sample_rate)
    resampled = resample_poly(samples, SAMPLE_RATE // common, sample_rate // common)
    return np.asarray(resampled, dtype=np.float32)
