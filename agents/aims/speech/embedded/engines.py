"""The two networks that turn phonemes into sound. Loaded at first use, then kept."""

import threading
import zlib
from typing import Any, Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from agents.aims.speech.audio import Samples
from agents.aims.speech.embedded.models import ModelFolder
from agents.aims.speech.embedded.vnni import processor_has_vnni, with_products

SPEED_RANGE = (0.5, 2.0)


class Engine(Protocol):
    """Speaks phonemes of the alphabet of Kokoro-82M (misaki's)."""

    def render(self, phonemes: str, style: str, speed: float) -> Samples:
        """Sound of one phrase, with whatever silence the network puts around it."""
        ...


class HeartEngine:
    """hibari: a small network distilled from Kokoro's af_heart, about 100 times real time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hibari: Any = None

    def render(self, phonemes: str, style: str, speed: float) -> Samples:
        """See Engine. The noise is seeded by the phrase: the same phrase, the same samples."""
        with self._lock:
            if self._hibari is None:
                from hibari import Hibari  # type: ignore[import-untyped]

                self._hibari = Hibari(threads=1)
        seed = zlib.crc32(phonemes.encode())
        sound = self._hibari.from_phonemes(phonemes, speed=np.clip(speed, *SPEED_RANGE), seed=seed)
        return np.asarray(sound, np.float32)


class KokoroEngine:
    """Kokoro-82M, 8-bit weights, any of its speakers."""

    def __init__(self, models: ModelFolder, threads: int) -> None:
        self._models = models
        self._threads = threads
        self._lock = threading.Lock()
        self._session: Any = None
        self._vocabulary = models.vocabulary()

    def render(self, phonemes: str, style: str, speed: float) -> Samples:
        """See Engine. One phrase at a time: the network uses all its threads for it."""
        tokens = [self._vocabulary[sign] for sign in phonemes if sign in self._vocabulary]
        if not tokens:
            return np.zeros(0, np.float32)
        rows = self._models.style(style)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": rows[min(len(tokens), len(rows)) - 1][None],
            "speed": np.array([np.clip(speed, *SPEED_RANGE)], np.float32),
        }
        with self._lock:
            (sound,) = self._loaded().run(None, inputs)
        return np.asarray(sound, np.float32).ravel()

    def _loaded(self) -> Any:
        if self._session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.inter_op_num_threads = 1
            # On a machine with other work, threads that spin while they wait take turns from it.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            options.log_severity_level = 3
            network = self._models.network
            self._session = onnxruntime.InferenceSession(
                with_products(network) if processor_has_vnni() else str(network),
                options,
                providers=["CPUExecutionProvider"],
            )
        return self._session
