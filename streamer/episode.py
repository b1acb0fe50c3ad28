"""From the finished stream to the episode: two files and a report.

``episode.webm`` has the very packets that were streamed, with an index; ``episode.mp3`` is the
same sound, brought to the loudness that podcast directories ask for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from streamer.mastering.labels import Labels
from streamer.mastering.limiter import limit
from streamer.mastering.loudness import Meter, measure_loudness
from streamer.mastering.mp3 import write_mp3
from streamer.mastering.peaks import measure_true_peak
from streamer.mastering.quality import HIGHEST_PEAK_DBFS, TARGET_LUFS, Quality
from streamer.mastering.remux import write_webm
from streamer.mastering.silence import longest_silence
from streamer.mastering.sound import blocks, decode, store
from streamer.webm.opus import SAMPLE_RATE, Samples

FIRST_CEILING_DBFS = -1.6
"""MP3 raises peaks by some tenths of a decibel; the limiter leaves it that room."""

_HIGHEST_GAIN_DB = 30.0
_ATTEMPTS = 3
_CLOSE_ENOUGH_DB = 0.2


@dataclass(frozen=True)
class Episode:
    """The finished files and what was measured on the MP3."""

    webm: Path
    mp3: Path
    quality: Quality


def _nothing() -> None:
    """Do nothing between two pieces."""


def make_episode(
    stream: Path,
    folder: Path,
    labels: Labels,
    voices: dict[str, float],
    grounding: dict[str, Any] | None = None,
    look: Callable[[], None] = _nothing,
) -> Episode:
    """Make both files in ``folder`` out of ``stream.webm``; needs room for its samples thrice.

    ``voices`` is seconds by speaker, ``grounding`` the writer's report or None. ``look`` runs
    between any two pieces of the work, and may raise to stop it.
    The same stream and labels give the same bytes.
    """
    sound = decode(stream, folder)
    seconds = len(sound) / SAMPLE_RATE
    webm, mp3 = folder / "episode.webm", folder / "episode.mp3"
    write_webm(stream, webm, labels, seconds)
    look()
    quality = Quality(0.0, 0.0, 0.0, 0.0, seconds, voices, grounding)
    ceiling = FIRST_CEILING_DBFS
    for _ in range(_ATTEMPTS):
        mastered = _master(sound, ceiling, folder / "mastered.f32", look)
        write_mp3(mp3, _looking(blocks(mastered), look), labels, seconds)
        quality = _measure(mp3, folder, quality)
        if quality.true_peak_dbfs <= HIGHEST_PEAK_DBFS:
            break
        ceiling -= quality.true_peak_dbfs - HIGHEST_PEAK_DBFS + 0.1
    return Episode(webm, mp3, quality)


def _master(sound: Samples, ceiling: float, scratch: Path, look: Callable[[], None]) -> Samples:
    """The sound at the target loudness. Limiting takes a little away, which is given back."""
    gain = _bounded(TARGET_LUFS - measure_loudness(sound))
    for _ in range(_ATTEMPTS):
        meter = Meter()
        pieces = _looking(limit(sound, gain, ceiling), look)
        mastered = store(_metered(pieces, meter), scratch)
        short = _bounded(TARGET_LUFS - meter.integrated())
        if abs(short) < _CLOSE_ENOUGH_DB:
            break
        gain += short
    return mastered


def _metered(pieces: Iterable[Samples], meter: Meter) -> Iterator[Samples]:
    for piece in pieces:
        meter.feed(piece)
        yield piece


def _looking(pieces: Iterable[Samples], look: Callable[[], None]) -> Iterator[Samples]:
    for piece in pieces:
        look()
        yield piece


def _bounded(gain: float) -> float:
    """Silence is not raised to loudness."""
    return gain if abs(gain) <= _HIGHEST_GAIN_DB else 0.0


def _measure(mp3: Path, folder: Path, quality: Quality) -> Quality:
    """Measured on what a listener decodes, not on what was meant."""
    heard = decode(mp3, folder)
    return replace(
        quality,
        integrated_lufs=measure_loudness(heard),
        true_peak_dbfs=measure_true_peak(heard),
        longest_silence_seconds=longest_silence(heard),
        duration_seconds=len(heard) / SAMPLE_RATE,
    )
