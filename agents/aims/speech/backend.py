"""What every speech back end offers, and how to come by the configured one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from agents.aims.settings import AimsSettings
from agents.aims.speech.audio import Samples


@dataclass(frozen=True)
class Voice:
    """One speaker.

    Lines of one ``lane`` wait for one another; lines of different lanes do not.
    """

    name: str
    gender: Literal["female", "male", "unknown"]
    accent: str
    model: str
    lane: str
    fast: bool = False
    """Spoken many times faster than real time: its lines are there almost at once."""


class SpeechBackend(Protocol):
    """Speaks lines. Safe to call from several threads; every call blocks."""

    name: str
    workers: int
    """How many lines of one lane may be spoken at once."""

    @property
    def voices(self) -> Mapping[str, Voice]:
        """The speakers by name."""
        ...

    def warm(self) -> None:
        """Load and try what is needed to speak at once."""
        ...

    def speak(self, text: str, voice: str, rate: float) -> Samples:
        """Speak ``text``. Raises UnknownVoice, NothingToSay, SpeechFailed."""
        ...


def open_backend(settings: AimsSettings) -> SpeechBackend:
    """The back end that AETHERCAST_SPEECH_BACKEND names.

    Raises:
        Misconfigured: a setting it needs is missing or wrong.
    """
    if settings.speech_backend == "google":
        from agents.aims.speech.google import GoogleSpeech

        return GoogleSpeech.from_settings(settings)
    if settings.speech_backend == "openai":
        from agents.aims.speech.openai import OpenAISpeech

        return OpenAISpeech.from_settings(settings)
    from agents.aims.speech.embedded import EmbeddedSpeech  # numpy and onnxruntime are heavy

    return EmbeddedSpeech.from_settings(settings)
