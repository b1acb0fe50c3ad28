"""Sound shaped after the engine: edges, pauses, level."""

from collections.abc import Iterable

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d  # type: ignore[import-untyped]

from agents.aims.speech.audio import SAMPLE_RATE, Samples

FRAME = SAMPLE_RATE // 200
"""Edges are looked for in frames of 5 ms."""
QUIET = 10 ** (-48 / 20)
"""A frame whose RMS is below -48 dBFS holds no speech."""
LEAD = SAMPLE_RATE * 20 // 1000
TAIL = SAMPLE_RATE * 40 // 1000
"""Kept before and after the speech, so that no soft consonant is lost: both under 50 ms."""
CEILING = 10 ** (-1.5 / 20)
"""No sample is louder than -1.5 dBFS."""
LOOK_AHEAD = SAMPLE_RATE * 4 // 1000


def trim(sound: Samples) -> Samples:
    """Cut the silence at both ends, leaving a short lead and tail that fade."""
    frames = len(sound) // FRAME
    if frames == 0:
        return sound
    power = np.square(sound[: frames * FRAME].reshape(frames, FRAME)).mean(axis=1)
    loud = np.flatnonzero(power > QUIET**2)
    if loud.size == 0:
        return sound[:0]
    first = max(0, loud[0] * FRAME - LEAD)
    last = min(len(sound), (loud[-1] + 1) * FRAME + TAIL)
    return _fade(sound[first:last].copy())


def _fade(sound: Samples) -> Samples:
    length = min(LEAD // 2, len(sound) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    sound[:length] *= ramp
    sound[len(sound) - length :] *= ramp[::-1]
    return sound


def join(pieces: Iterable[tuple[Samples, float]]) -> Samples:
    """Trimmed pieces in a row, each but the last followed by its pause in seconds.

    Lead and tail count towards a pause, so that it is as long as it says.
    """
    parts: list[Samples] = []
    owed = 0.0
    for sound, pause in pieces:
        if parts and len(sound):
            parts.append(np.zeros(max(0, round(owed * SAMPLE_RATE) - LEAD - TAIL), np.float32))
        if len(sound):
            parts.append(sound)
            owed = pause
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def level(sound: Samples, gain_db: float) -> Samples:
    """Apply a voice's fixed gain; peaks above the ceiling are eased down, never clipped.

    A look-ahead limiter: the needed gain is held over ±4 ms and smoothed over the same
    span, so that it is down before the peak arrives.
    """
    louder = (sound * np.float32(10 ** (gain_db / 20))).astype(np.float32)
    peaks = np.abs(louder)
    if not peaks.size or peaks.max() <= CEILING:
        return louder
    needed = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    held = minimum_filter1d(needed, 2 * LOOK_AHEAD + 1, mode="nearest")
    eased = uniform_filter1d(held, 2 * LOOK_AHEAD + 1, mode="nearest")
    limited: Samples = np.clip(louder * eased, -CEILING, CEILING).astype(np.float32)
    return limited
