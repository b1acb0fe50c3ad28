"""How long a text will sound.

The estimate was fitted by least squares to 57 sentences spoken by the embedded voice at its own
pace of 206 words a minute (standard error 8 % a sentence, so below 1 % over an episode):
seconds = 0.193 per syllable + 0.30 per inner pause + 0.16.
"""

import re
from functools import lru_cache

from num2words import num2words  # type: ignore[import-untyped]

REFERENCE_PACE = 206.0
SYLLABLE, PAUSE, REST = 0.193, 0.30, 0.16

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöüéèáàíóúåæø]+")
_INNER_PAUSE = re.compile(r"[,;:–—](?=\s)|[.!?](?=\s+\S)| - ")


@lru_cache(maxsize=50_000)
def count_syllables(word: str) -> int:
    """Syllables of an English word, by its vowel groups."""
    low = word.casefold()
    groups = len(_VOWELS.findall(low))
    if groups > 1 and low.endswith("e") and not low.endswith(("le", "ee")):
        groups -= 1
    if groups > 1 and low.endswith("ed") and not low.endswith(("ted", "ded")):
        groups -= 1
    if word.isupper() and len(word) < 6:
        return len(word)
    return max(1, groups)


def spell_number(match: "re.Match[str]") -> str:
    """A numeral as words, roughly as a voice says it."""
    digits = match[0].replace(",", "")
    if len(digits) > 15:
        return " ".join(digits)
    if "." in digits:
        return f" {num2words(float(digits))} "
    year = match[0].isdigit() and len(digits) == 4 and digits[0] in "12"
    return f" {num2words(int(digits), to='year' if year else 'cardinal')} "


@lru_cache(maxsize=20_000)
def reference_seconds(text: str) -> float:
    """Seconds of speech at the reference pace."""
    spoken = _NUMBER.sub(spell_number, text.replace("%", " percent").replace("$", " dollars "))
    syllables = sum(map(count_syllables, _LETTERS.findall(spoken)))
    return SYLLABLE * syllables + PAUSE * len(_INNER_PAUSE.findall(text.strip())) + REST


def speech_seconds(text: str, words_per_minute: float) -> float:
    """Seconds of speech at a pace of ``words_per_minute``, without the pause that follows."""
    return reference_seconds(text) * REFERENCE_PACE / words_per_minute
