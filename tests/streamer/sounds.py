"""Synthetic speech: something with syllables, pauses and a pitch, the same every time."""

import numpy as np

from streamer.webm.opus import Samples


def babble(seconds: float, pitch: float = 150.0, rate: int = 24_000, seed: int = 0) -> Samples:
    """Harmonics under a syllable envelope, with a little breath; float32 mono, peak 0.5."""
    times = np.arange(round(seconds * rate)) / rate
    generator = np.random.default_rng(seed)
    glide = pitch * (times + 0.02 * np.sin(2 * np.pi * 0.7 * times + seed))
    voice = sum(np.sin(2 * np.pi * n * glide) / n for n in range(1, 12))
    envelope = np.clip(np.sin(2 * np.pi * 4 * times) + 0.6, 0.02, None)
    sound = np.asarray(voice) * envelope + 0.02 * generator.standard_normal(len(times))
    return np.asarray(sound / np.max(np.abs(sound)) * 0.5, dtype=np.float32)
