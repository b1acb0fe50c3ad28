"""The embedded back end: text is spelt out, cut into phrases, spoken, joined, levelled."""

from collections.abc import Mapping
from pathlib import Path

from agents.aims.errors import NothingToSay, UnknownVoice
from agents.aims.settings import AimsSettings
from agents.aims.speech.audio import Samples
from agents.aims.speech.backend import Voice
from agents.aims.speech.embedded.engines import Engine, HeartEngine, KokoroEngine
from agents.aims.speech.embedded.models import ModelFolder
from agents.aims.speech.embedded.phonemes import Phonemiser
from agents.aims.speech.embedded.phrases import Phrase, phrases_of
from agents.aims.speech.embedded.voices import SPEAKERS, Speaker
from agents.aims.speech.normalise import spell_out
from agents.aims.speech.shaping import join, level, trim

WARM_UP = "Good morning, and welcome to the show."


class EmbeddedSpeech:
    """Two engines, many speakers. Each engine has a lane of its own."""

    name = "embedded"
    workers = 1

    def __init__(self, models_dir: Path, threads: int) -> None:
        models = ModelFolder(models_dir)
        models.check(speaker.style for speaker in SPEAKERS.values() if speaker.style)
        self._phonemisers: dict[str, Phonemiser] = {}
        self._engines: dict[str, Engine] = {
            "heart": HeartEngine(),
            "kokoro": KokoroEngine(models, threads),
        }

    @classmethod
    def from_settings(cls, settings: AimsSettings) -> "EmbeddedSpeech":
        """The back end over AETHERCAST_MODELS_DIR. Raises ModelsMissing."""
        return cls(settings.models_dir, settings.speech_threads)

    @property
    def voices(self) -> Mapping[str, Voice]:
        """The speakers by name."""
        return {name: speaker.voice for name, speaker in SPEAKERS.items()}

    def warm(self) -> None:
        """Load both engines and let each speak a sentence."""
        for name in ("heart", "michael"):
            self.speak(WARM_UP, name, 1.0)

    def speak(self, text: str, voice: str, rate: float) -> Samples:
        """Speak a line."""
        speaker = SPEAKERS.get(voice)
        if speaker is None:
            raise UnknownVoice
        phonemise = self._phonemiser(speaker.voice.accent)
        phrases = phrases_of(spell_out(text), phonemise)
        sound = join(
            (trim(self._render(speaker, phrase, rate)), phrase.pause / rate) for phrase in phrases
        )
        if not len(sound):
            raise NothingToSay
        return level(sound, speaker.gain_db)

    def _render(self, speaker: Speaker, phrase: Phrase, rate: float) -> Samples:
        engine = self._engines[speaker.voice.lane]
        return engine.render(phrase.phonemes, speaker.style, rate * speaker.pace)

    def _phonemiser(self, accent: str) -> Phonemiser:
        if accent not in self._phonemisers:
            self._phonemisers[accent] = Phonemiser(british=accent == "en-GB")
        return self._phonemisers[accent]
