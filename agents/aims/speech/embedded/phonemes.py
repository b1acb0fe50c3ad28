"""Words to phonemes, in the alphabet both engines were trained on (misaki's)."""

import re
import threading
import unicodedata

from hibari.g2p import G2P  # type: ignore[import-untyped]

from agents.aims.speech.embedded.pronunciations import PRONUNCIATIONS

_WORDS = re.compile(
    rf"(?<![\w'-])(?P<ours>{'|'.join(map(re.escape, PRONUNCIATIONS))})(?P<possessive>'s)?(?![\w-])"
    r"|[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*"
)
_PLAIN = str.maketrans(
    {
        **dict(zip("øØłŁđĐ\N{LATIN SMALL LETTER DOTLESS I}", "oOlLdDi", strict=True)),
        **{"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe"},
        **{"ð": "th", "Ð": "Th", "þ": "th", "Þ": "Th"},
    }
)


class Phonemiser:
    """English text without digits or symbols in, phonemes out. Safe to share between threads."""

    def __init__(self, british: bool = False) -> None:
        self._lock = threading.Lock()
        self._read = G2P(british=british)

    def __call__(self, text: str) -> str:
        """Phonemes of ``text``, words separated by spaces, punctuation kept.

        Empty where ``text`` has no word.
        """
        with self._lock:
            phonemes: str = self._read(_WORDS.sub(self._prepare, text), normalize_text=False)
        return phonemes if any(sign.isalpha() for sign in phonemes) else ""

    def _prepare(self, match: re.Match[str]) -> str:
        """Our own words with their phonemes; accents only where the dictionary has them."""
        if match.group("ours"):
            return _dictated(match.group("ours"), bool(match.group("possessive")))
        word = match.group()
        books = (self._read.lexicon.golds, self._read.lexicon.silvers)
        known = any(form in book for form in (word, word.lower()) for book in books)
        return word if known else without_accents(word)


def _dictated(word: str, possessive: bool) -> str:
    """The reader's own notation for a word whose phonemes are given."""
    phonemes = PRONUNCIATIONS[word]
    if possessive:
        phonemes += "s" if phonemes[-1] in "ptkfθ" else "ᵻz" if phonemes[-1] in "szʃʒʧʤ" else "z"
    return f"[{without_accents(word)}](/{phonemes}/)"


def without_accents(word: str) -> str:
    """Łódź → Lodz."""
    bare = unicodedata.normalize("NFKD", word.translate(_PLAIN))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))
