"""The meters agree with others' meters and with what is known of simple sounds."""

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest

from streamer.mastering.limiter import limit
from streamer.mastering.loudness import Meter, measure_loudness
from streamer.mastering.peaks import measure_true_peak
from streamer.mastering.silence import longest_silence
from streamer.mastering.sound import BLOCK_SAMPLES
from streamer.webm.opus import SAMPLE_RATE, Samples
from tests.streamer.sounds import babble


def tone(hertz: float, seconds: float, decibels: float, phase: float = 0.0) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * times + phase)
    return wave.astype(np.float32)


def test_the_standards_own_tone() -> None:
    """BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LKFS."""
    assert measure_loudness(tone(997, 5, 0)) == pytest.approx(-3.01, abs=0.02)
    assert measure_loudness(tone(997, 5, -20)) == pytest.approx(-23.01, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_loudness_agrees_with_an_independent_meter(seed: int) -> None:
    sound = np.concatenate([
        babble(6, 110 + 50 * seed, SAMPLE_RATE, seed),
        np.zeros(2 * SAMPLE_RATE, dtype=np.float32),
        0.2 * babble(9, 200, SAMPLE_RATE, seed + 9),
    ])  # fmt: skip
    other = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(sound.astype(np.float64))
    assert measure_loudness(sound) == pytest.approx(other, abs=0.1)


def test_loudness_does_not_depend_on_how_the_sound_is_cut() -> None:
    sound = babble(5, 150, SAMPLE_RATE)
    meter = Meter()
    for piece in np.array_split(sound, 37):
        meter.feed(piece)
    assert meter.integrated() == pytest.approx(measure_loudness(sound), abs=1e-9)


def test_silence_has_no_loudness() -> None:
    assert measure_loudness(np.zeros(SAMPLE_RATE, dtype=np.float32)) == float("-inf")
    assert measure_loudness(np.zeros(100, dtype=np.float32)) == float("-inf")
    assert Meter().integrated() == float("-inf")


def test_true_peak_lies_between_the_samples() -> None:
    """A quarter of the sample rate, half-way between samples: 3 dB above every sample."""
    hidden = tone(12_000, 1, -6, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(hidden).max()) == pytest.approx(-9.01, abs=0.01)
    assert measure_true_peak(hidden[100:-100]) == pytest.approx(-6, abs=0.3)


def test_true_peak_sees_over_the_edge_of_a_block() -> None:
    sound = np.zeros(2 * BLOCK_SAMPLES, dtype=np.float32)
    sound[BLOCK_SAMPLES - 1 : BLOCK_SAMPLES + 1] = 0.5
    middle = np.zeros(2000, dtype=np.float32)
    middle[999:1001] = 0.5
    assert measure_true_peak(sound) == pytest.approx(measure_true_peak(middle), abs=1e-6)


def test_the_limiter_keeps_its_ceiling_and_leaves_the_rest_alone() -> None:
    sound = babble(25, 130, SAMPLE_RATE)
    sound[SAMPLE_RATE * 12 : SAMPLE_RATE * 12 + 200] *= 4
    limited = np.concatenate(list(limit(sound, 4.0, -1.5)))
    assert len(limited) == len(sound)
    assert measure_true_peak(limited) <= -1.4
    quiet = np.concatenate(list(limit(sound[: SAMPLE_RATE * 5] * 0.1, 0.0, -1.5)))
    assert np.array_equal(quiet, (sound[: SAMPLE_RATE * 5] * 0.1).astype(np.float32))
    assert np.corrcoef(limited, sound)[0, 1] > 0.97


def test_the_limiter_does_not_depend_on_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = babble(9, 130, SAMPLE_RATE) * 2
    whole = np.concatenate(list(limit(sound, 6.0, -1.5)))
    monkeypatch.setattr("streamer.mastering.limiter.BLOCK_SAMPLES", 31_111)
    assert np.allclose(np.concatenate(list(limit(sound, 6.0, -1.5))), whole, atol=1e-5)


def test_the_longest_silence_is_found_wherever_it_is() -> None:
    def quiet(seconds: float) -> Samples:
        return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)

    voice = tone(300, 1, -20)
    assert longest_silence(voice) == 0.0
    assert longest_silence(quiet(0)) == 0.0
    assert longest_silence(np.concatenate([voice, quiet(1.5), voice])) == pytest.approx(
        1.5, abs=0.05
    )
    assert longest_silence(np.concatenate([quiet(2.5), voice])) == pytest.approx(2.5, abs=0.05)
    assert longest_silence(np.concatenate([voice, quiet(12)])) == pytest.approx(12, abs=0.05)
