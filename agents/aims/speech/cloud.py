"""What the cloud back ends share: pieces short enough, one HTTP call, one loudness."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import httpx
import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import stamina
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from agents.aims.errors import NothingToSay, SpeechFailed, SpeechInterrupted, UnknownVoice
from agents.aims.speech.audio import SAMPLE_RATE, Samples
from agents.aims.speech.backend import Voice
from agents.aims.speech.shaping import join, level, trim

TARGET_LUFS = -18.0
BETWEEN_PIECES = 0.34
CALIBRATION = (
    "Good morning, and welcome to the show. Today we climb an old lighthouse, and ask who kept "
    "its lamp burning, and why the ships still look for it."
)
RETRYABLE_STATUS = {408, 425, 429, 500, 502, 503, 504}


class CloudSpeech(ABC):
    """A back end behind HTTP. A vendor's class says how its request and answer look."""

    name: str
    workers = 4
    longest_piece: int
    """Bytes of UTF-8 that the vendor takes in one request."""

    def __init__(self, voices: Mapping[str, str], timeout_seconds: float) -> None:
        self._theirs = dict(voices)
        self._http = httpx.Client(timeout=timeout_seconds)
        self._gains: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def voices(self) -> Mapping[str, Voice]:
        """Our names, each with the vendor's voice as its model."""
        return {
            ours: Voice(ours, _gender(ours), "en-US", f"{self.name}:{theirs}", self.name, fast=True)
            for ours, theirs in self._theirs.items()
        }

    def warm(self) -> None:
        """Try every voice once, and measure how loud it is."""
        for voice in self._theirs:
            self._gain(voice)

    def speak(self, text: str, voice: str, rate: float) -> Samples:
        """Speak a line at the one loudness of all voices."""
        if voice not in self._theirs:
            raise UnknownVoice
        if not any(sign.isalnum() for sign in text):
            raise NothingToSay
        return level(self._spoken(text, voice, rate), self._gain(voice))

    def _spoken(self, text: str, voice: str, rate: float) -> Samples:
        pieces = pieces_of(text, self.longest_piece)
        sound = join(
            (trim(self._asked(piece, self._theirs[voice], rate)), BETWEEN_PIECES)
            for piece in pieces
        )
        if not len(sound):
            raise SpeechFailed(f"{self.name} answered with silence.")
        return sound

    def _gain(self, voice: str) -> float:
        """The fixed gain of a voice in dB, measured on one passage."""
        with self._lock:
            if voice not in self._gains:
                meter = pyloudnorm.Meter(SAMPLE_RATE)
                passage = self._spoken(CALIBRATION, voice, 1.0).astype(np.float64)
                self._gains[voice] = TARGET_LUFS - float(meter.integrated_loudness(passage))
            return self._gains[voice]

    def _asked(self, piece: str, voice: str, rate: float) -> Samples:
        for attempt in stamina.retry_context(on=SpeechInterrupted, attempts=3, timeout=None):
            with attempt:
                return self._decode(self._answer(self._request(piece, voice, rate)))
        raise SpeechInterrupted

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._http.send(request)
        except httpx.TransportError as problem:
            raise SpeechInterrupted(f"{self.name} does not answer: {problem}") from problem
        if answer.is_success:
            return answer
        message = f"{self.name} answered {answer.status_code}: {_complaint(answer)}"
        if answer.status_code in RETRYABLE_STATUS:
            raise SpeechInterrupted(message)
        raise SpeechFailed(message)

    @abstractmethod
    def _request(self, piece: str, voice: str, rate: float) -> httpx.Request:
        """The vendor's request for one piece of text."""

    @abstractmethod
    def _decode(self, answer: httpx.Response) -> Samples:
        """The vendor's answer as samples."""


def _gender(ours: str) -> Any:
    return {"heart": "female", "michael": "male"}.get(ours, "unknown")


def _complaint(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return str(error["message"] if isinstance(error, dict) else error)[:300]
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]


def pieces_of(text: str, longest: int) -> list[str]:
    """Cut text into pieces of at most ``longest`` bytes, at the last sentence or word that fits."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest.encode()) > longest:
        head = rest.encode()[:longest].decode("utf-8", "ignore")
        ends = [head.rfind(end) + 1 for end in (". ", "? ", "! ")]
        cut = max(ends) or head.rfind(" ") + 1 or len(head)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces


def from_pcm(data: bytes, rate: int = SAMPLE_RATE) -> Samples:
    """16-bit little-endian mono PCM as samples at 24 kHz."""
    sound = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32768.0
    return sound if rate == SAMPLE_RATE else resample_poly(sound, SAMPLE_RATE, rate).astype("f4")


def from_wav_or_pcm(data: bytes) -> Samples:
    """A WAV file (also a streamed one, whose lengths are not set), or bare PCM at 24 kHz."""
    if data[:4] != b"RIFF":
        return from_pcm(data)
    place, rate = 12, SAMPLE_RATE
    while place + 8 <= len(data):
        kind, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if kind == b"fmt ":
            rate = int.from_bytes(data[place + 12 : place + 16], "little")
        if kind == b"data":
            return from_pcm(data[place + 8 : place + 8 + size], rate)
        place += 8 + size + size % 2
    raise SpeechFailed("The vendor's WAV file holds no sound.")
