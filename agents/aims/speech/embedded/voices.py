"""The speakers, and what was measured of them.

``gain_db`` brings a speaker to -18 LUFS (ITU-R BS.1770) over the passage that
``python -m agents.aims.speech.embedded.loudness`` speaks; that command prints the column anew.
"""

from dataclasses import dataclass

from agents.aims.speech.backend import Voice


@dataclass(frozen=True)
class Speaker:
    """A voice and how it is driven. ``style`` names a Kokoro style file."""

    voice: Voice
    style: str
    gain_db: float
    pace: float = 1.0


def _kokoro(name: str, style: str, gain_db: float, pace: float = 1.0) -> tuple[str, Speaker]:
    gender = "female" if style[1] == "f" else "male"
    accent = "en-US" if style[0] == "a" else "en-GB"
    voice = Voice(name, gender, accent, "kokoro-82m-int8", "kokoro")  # type: ignore[arg-type]
    return name, Speaker(voice, style, gain_db, pace)


_HEART = Voice("heart", "female", "en-US", "hibari-0.2", "heart", fast=True)

SPEAKERS: dict[str, Speaker] = {
    "heart": Speaker(_HEART, "", 8.1),
    **dict(
        (
            _kokoro("michael", "am_michael", 6.1),
            _kokoro("fenrir", "am_fenrir", 1.3),
            _kokoro("puck", "am_puck", 0.7),
            _kokoro("bella", "af_bella", 3.9),
            _kokoro("nicole", "af_nicole", 3.8),
            _kokoro("emma", "bf_emma", 2.2),
            _kokoro("isabella", "bf_isabella", -0.3),
            _kokoro("george", "bm_george", 3.7),
            _kokoro("fable", "bm_fable", 3.8),
        )
    ),
}
"""Every speaker by name. ``heart`` and ``michael`` are the podcast's two hosts."""
