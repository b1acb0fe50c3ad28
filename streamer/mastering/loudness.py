"""Integrated loudness after ITU-R BS.1770-4 (EBU R 128), for one channel at 48 kHz.

Written to run over blocks: the sound of a long episode need never be in memory at once.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt  # type: ignore[import-untyped]

from streamer.mastering.sound import blocks
from streamer.webm.opus import SAMPLE_RATE, Samples

# BS.1770-4, annex 1, tables 1 and 2: the head's shelf, then the high-pass. b0 b1 b2 a0 a1 a2.
_K_WEIGHTING = np.array([
    [1.53512485958697, -2.69169618940638, 1.19839281085285,
     1.0, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
])  # fmt: skip
_STEP = SAMPLE_RATE // 10
_STEPS_PER_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691

SILENT = float("-inf")


class Meter:
    """Takes in sound and tells how loud it was."""

    def __init__(self) -> None:
        self._state = np.zeros((2, 2))
        self._rest = np.zeros(0)
        self._steps: list[NDArray[np.float64]] = []

    def feed(self, samples: Samples) -> None:
        """Take in the next run of samples, ±1."""
        weighted, self._state = sosfilt(_K_WEIGHTING, samples, zi=self._state)
        joined = np.concatenate([self._rest, weighted])
        whole = len(joined) // _STEP * _STEP
        self._rest = joined[whole:]
        self._steps.append(np.mean(joined[:whole].reshape(-1, _STEP) ** 2, axis=1))

    def integrated(self) -> float:
        """LUFS over all that was fed; minus infinity where it is silent or under 0.4 s."""
        steps = np.concatenate(self._steps) if self._steps else np.zeros(0)
        if len(steps) < _STEPS_PER_BLOCK:
            return SILENT
        powers = np.convolve(steps, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), "valid")
        heard = powers[_loudness(powers) > _ABSOLUTE_GATE]
        if not len(heard):
            return SILENT
        gate = float(_loudness(np.mean(heard))) + _RELATIVE_GATE
        return float(_loudness(np.mean(heard[_loudness(heard) > gate])))


def measure_loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS of mono samples at 48 kHz."""
    meter = Meter()
    for block in blocks(samples):
        meter.feed(block)
    return meter.integrated()


def _loudness(power: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10 * np.log10(power))
