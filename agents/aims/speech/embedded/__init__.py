"""Neural voices on this machine: no key, no network."""

from agents.aims.speech.embedded.backend import EmbeddedSpeech

__all__ = ["EmbeddedSpeech"]
