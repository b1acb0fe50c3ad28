"""Speech: a line of text in, sound of an exact length out."""

from agents.aims.speech.backend import SpeechBackend, Voice, open_backend

__all__ = ["SpeechBackend", "Voice", "open_backend"]
