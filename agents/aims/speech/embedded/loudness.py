"""``python -m agents.aims.speech.embedded.loudness``: measure what gain each speaker needs.

Every speaker speaks one passage at a gain of 0 dB; the gain that brings it to -18 LUFS
(ITU-R BS.1770-4, gated) is printed for `voices.SPEAKERS`. Names after the command limit it.
"""

import sys
from dataclasses import replace

import pyloudnorm  # type: ignore[import-untyped]

from agents.aims.settings import AimsSettings
from agents.aims.speech.audio import SAMPLE_RATE, Samples
from agents.aims.speech.embedded import voices
from agents.aims.speech.embedded.backend import EmbeddedSpeech

TARGET_LUFS = -18.0
PASSAGE = (
    "The lighthouse keeper climbed two hundred steps every evening to trim the lamp. Why does that "
    "matter today? Because the fishing boats, which travel farther every year, still look for the "
    "same white flash. A ship that misses it has to wait for the tide. Engineers found cracks in "
    "the southern pier, far below the water line, where nobody had looked before."
)


def loudness(sound: Samples) -> float:
    """Integrated loudness in LUFS."""
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(sound.astype("float64")))


def main(names: list[str]) -> None:
    """Print the gain of each speaker."""
    backend = EmbeddedSpeech.from_settings(AimsSettings())  # type: ignore[call-arg]
    for name in names or list(voices.SPEAKERS):
        voices.SPEAKERS[name] = replace(voices.SPEAKERS[name], gain_db=0.0)
        spoken = backend.speak(PASSAGE, name, 1.0)
        gain = TARGET_LUFS - loudness(spoken)
        words = 60 * len(PASSAGE.split()) / (len(spoken) / SAMPLE_RATE)
        print(f"{name:10} {gain:+.1f} dB  {words:.0f} words a minute")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
