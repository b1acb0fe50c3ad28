"""The quality report every released episode carries, and the verdict on it."""

from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

TARGET_LUFS = -16.0
LUFS_TOLERANCE = 1.0
HIGHEST_PEAK_DBFS = -1.0
LONGEST_SILENCE_SECONDS = 2.0
LENGTH_TOLERANCE_SECONDS = 0.05
SHORTEST_EPISODE_SECONDS = 1.0


@dataclass(frozen=True)
class Quality:
    """What was measured on the file that is to be published.

    ``voices`` is seconds by speaker. ``grounding`` is the writer's own report, with ``passed``.
    """

    integrated_lufs: float
    true_peak_dbfs: float
    longest_silence_seconds: float
    duration_seconds: float
    stream_seconds: float
    voices: dict[str, float] = field(default_factory=dict)
    grounding: dict[str, Any] | None = None

    @property
    def problems(self) -> list[str]:
        """What stands against publishing, in words for an editor."""
        found = [
            (
                self.duration_seconds < SHORTEST_EPISODE_SECONDS,
                f"lasts only {self.duration_seconds:.1f} s",
            ),
            (
                not abs(self.integrated_lufs - TARGET_LUFS) <= LUFS_TOLERANCE,
                f"loudness {self.integrated_lufs:.1f} LUFS instead of {TARGET_LUFS:.0f} ± 1",
            ),
            (
                self.true_peak_dbfs > HIGHEST_PEAK_DBFS,
                f"true peak {self.true_peak_dbfs:.1f} dBFS above {HIGHEST_PEAK_DBFS:.0f}",
            ),
            (
                self.longest_silence_seconds > LONGEST_SILENCE_SECONDS,
                f"a silence of {self.longest_silence_seconds:.1f} s",
            ),
            (
                abs(self.duration_seconds - self.stream_seconds) > LENGTH_TOLERANCE_SECONDS,
                f"{self.duration_seconds:.2f} s long, but the stream has {self.stream_seconds:.2f}",
            ),
            (
                self.grounding is not None and self.grounding.get("passed") is False,
                "not everything said stands in the sources",
            ),
        ]
        silent = [name for name, seconds in self.voices.items() if seconds <= 0]
        return [words for wrong, words in found if wrong] + [f"{name} is silent" for name in silent]

    def report(self) -> dict[str, Any]:
        """The report as JSON, with ``passed`` and ``problems``."""
        measured = {
            name: _printable(value) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }
        return {"passed": not self.problems, "problems": self.problems, **measured}


def _printable(value: float) -> float | None:
    """Three decimals; JSON has no infinity."""
    return round(value, 3) if isfinite(value) else None
