"""Words to phonemes, in the alphabet both engines were trained on."""

import threading

from hibari.g2p import G2P  # type: ignore[import-untyped]


class Phonemiser:
    """English text without digits or symbols in, phonemes out. Safe to share between threads."""

    def __init__(self, british: bool = False) -> None:
        self._lock = threading.Lock()
        self._read = G2P(british=british)

    def __call__(self, text: str) -> str:
        """Phonemes of ``text``, words separated by spaces, punctuation kept."""
        with self._lock:
            phonemes: str = self._read(text, normalize_text=False)
        return phonemes
