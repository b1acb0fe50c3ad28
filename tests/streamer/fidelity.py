"""How like one recording another is: the same sound at the same moments, at whatever loudness."""

from dataclasses import dataclass

import numpy as np

from streamer.webm.opus import SAMPLE_RATE, Samples

WINDOW = 2 * SAMPLE_RATE
FARTHEST = SAMPLE_RATE // 20
"""How far off is looked for: 50 ms, more than any codec's delay."""

QUIET = 1e-3
"""RMS of a window in which there is nothing to compare."""


@dataclass(frozen=True)
class Likeness:
    """What was found, window by window of two seconds."""

    lags: list[int]
    """Samples at 48 kHz by which the copy comes late in each window."""
    correlations: list[float]
    """Pearson's, at lag 0: no matter how loud. A limiter at work lowers it: it turns loud syllables
    down within a window."""
    energies: list[float]
    """The original's, of each window."""
    longer: float
    """Seconds by which the copy is longer."""

    @property
    def correlation(self) -> float:
        """Of the whole, once each window of the copy is as loud as the original's."""
        return float(np.average(self.correlations, weights=self.energies))


def compare(original: Samples, copy: Samples, windows: int = 10_000) -> Likeness:
    """Compare at most so many windows, spread evenly over the whole."""
    places = range(0, min(len(original), len(copy)) - WINDOW, WINDOW)
    chosen = places[:: max(1, len(places) // windows)]
    pairs = [
        (np.asarray(original[at : at + WINDOW]), np.asarray(copy[at : at + WINDOW]))
        for at in chosen
    ]
    heard = [pair for pair in pairs if np.sqrt(np.mean(pair[0] ** 2)) > QUIET]
    return Likeness(
        [_lag(*pair) for pair in heard],
        [float(np.corrcoef(*pair)[0, 1]) for pair in heard],
        [float(np.sum(original**2)) for original, _ in heard],
        (len(copy) - len(original)) / SAMPLE_RATE,
    )


def _lag(one: Samples, other: Samples) -> int:
    """Where the cross-correlation is highest, by the Fourier transform."""
    size = 2 * WINDOW
    product = np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size))
    fit = np.fft.irfft(product, size)
    around = np.concatenate([fit[-FARTHEST:], fit[: FARTHEST + 1]])
    return int(np.argmax(around)) - FARTHEST
