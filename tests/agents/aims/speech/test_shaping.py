"""Edges, pauses and level of spoken sound, and the file it is kept in."""

import io
import wave

import numpy as np
import pytest

from agents.aims.speech.audio import HEADER_BYTES, SAMPLE_RATE, Samples, read_header, to_wav
from agents.aims.speech.shaping import CEILING, LEAD, TAIL, join, level, trim


def tone(seconds: float, volume: float = 0.3) -> Samples:
    moments = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (volume * np.sin(2 * np.pi * 220 * moments)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def test_silence_at_the_edges_is_cut_to_less_than_50_ms() -> None:
    trimmed = trim(np.concatenate([silence(0.6), tone(1.0), silence(0.9)]))
    loud = np.flatnonzero(np.abs(trimmed) > 0.05)
    assert loud[0] < 0.05 * SAMPLE_RATE
    assert len(trimmed) - loud[-1] < 0.05 * SAMPLE_RATE
    assert 1.0 <= len(trimmed) / SAMPLE_RATE <= 1.1


def test_a_soft_consonant_at_the_edge_is_kept() -> None:
    hiss = np.random.default_rng(1).normal(0, 0.01, SAMPLE_RATE // 10).astype(np.float32)
    trimmed = trim(np.concatenate([silence(0.5), hiss, tone(0.5), silence(0.5)]))
    assert len(trimmed) >= len(hiss) + SAMPLE_RATE // 2


def test_nothing_but_silence_becomes_nothing() -> None:
    assert len(trim(silence(1.0))) == 0
    assert len(join([(trim(silence(1.0)), 0.3)])) == 0


def test_a_pause_is_as_long_as_it_says() -> None:
    piece = trim(np.concatenate([silence(0.3), tone(0.5), silence(0.3)]))
    joined = join([(piece, 0.35), (piece, 9.0)])
    assert len(joined) == 2 * len(piece) + round(0.35 * SAMPLE_RATE) - LEAD - TAIL


def test_a_peak_is_eased_down_and_never_clipped() -> None:
    loud = tone(1.0, 0.2)
    loud[12_000:12_100] *= 5
    levelled = level(loud, 8.0)
    assert np.abs(levelled).max() <= CEILING + 1e-6
    quiet = slice(0, 6_000)
    assert np.allclose(levelled[quiet], loud[quiet] * 10 ** (8 / 20), atol=1e-5)
    assert (np.abs(levelled) > CEILING - 1e-4).sum() < 50, "flat tops"


def test_a_kept_file_says_what_it_is() -> None:
    sound = tone(0.5)
    data = to_wav(sound, "ab" * 32)
    with wave.open(io.BytesIO(data)) as file:
        assert file.getparams()[:4] == (1, 2, SAMPLE_RATE, len(sound))
        samples = np.frombuffer(file.readframes(len(sound)), "<i2") / 32767
    assert np.allclose(samples, sound, atol=1 / 32000)
    header = read_header(data[:HEADER_BYTES])
    assert header is not None
    assert (header.samples, header.fingerprint) == (len(sound), "ab" * 32)


@pytest.mark.parametrize("head", [b"", b"RIFF", b"x" * HEADER_BYTES])
def test_a_foreign_file_is_not_read_as_ours(head: bytes) -> None:
    assert read_header(head) is None
