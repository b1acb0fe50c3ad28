"""Which family of motif suits a prompt: its words decide, its hash breaks ties."""

import hashlib
import re
from functools import cache
from pathlib import Path
from random import Random

from agents.iga.painting.brush import Palette, channels

_WORD = re.compile(r"[^\W\d_]{3,}")
_TITLE_WEIGHT = 3.0
_TONES = {
    "blue": 0xFF1F63B0, "sky": 0xFF1F63B0, "green": 0xFF1F5A3E, "red": 0xFFB8382E,
    "gold": 0xFFE8B64A, "golden": 0xFFE8B64A, "orange": 0xFFE8843A, "purple": 0xFF4B2A63,
    "pink": 0xFFF2B6C0, "night": 0xFF0A1028, "dark": 0xFF101018, "black": 0xFF08080C,
    "white": 0xFFFFFFFF, "snow": 0xFFE6F0F5, "ice": 0xFFDDEDF3, "desert": 0xFFF3D9A8,
}  # fmt: skip
_WEAK = 0.3
_GENERAL = frozenset(
    {"history", "story", "stories", "world", "light", "nature", "natural", "words", "wave", "waves",
     "language", "life", "time", "work", "house", "earth", "body", "mind", "key", "stone", "war",
     "culture", "school", "signal", "year", "machine", "number", "market", "animal", "grow"}
)  # fmt: skip
_ANY = ("landscape", "sound", "chart", "hexagons", "blocks")


@cache
def _stems() -> dict[str, str]:
    """Beginnings of words and the family each calls for, from ``words.txt``."""
    stems: dict[str, str] = {}
    for line in (Path(__file__).parent / "words.txt").read_text("utf-8").splitlines():
        family, _, words = line.partition(":")
        stems.update(dict.fromkeys(words.split(), family))
    return stems


def seed_of(prompt: str) -> int:
    """A number that is the same for the same prompt on every machine."""
    return int.from_bytes(hashlib.sha256(prompt.encode("utf-8", "replace")).digest()[:8])


def choose_family(prompt: str, title: str = "") -> str:
    """The family whose words title and prompt hold; long and early ones count more."""
    scores: dict[str, float] = {}
    for text, weight in ((title, _TITLE_WEIGHT), (prompt, 1.0)):
        for place, word in enumerate(_WORD.findall(text.casefold())):
            family = _family_of(word)
            if family:
                telling = (
                    weight * (_WEAK if word in _GENERAL else 1.0) * len(word) / (1 + 0.04 * place)
                )
                scores[family] = scores.get(family, 0.0) + telling
    if scores:
        return max(sorted(scores), key=lambda family: scores[family])
    return Random(seed_of(prompt)).choice(_ANY)


def choose_palette(palettes: list[Palette], title: str, chance: Random) -> Palette:
    """The palette nearest to a colour the title names; without one, any."""
    drawn = chance.choice(palettes)
    named = next((_TONES[w] for w in reversed(title.casefold().split()) if w in _TONES), None)
    if named is None:
        return drawn
    return min(palettes, key=lambda colors: _distance(colors.top, named))


def _distance(first: int, second: int) -> float:
    return sum((a - b) ** 2 for a, b in zip(channels(first), channels(second), strict=True))


def _family_of(word: str) -> str | None:
    """The family of the longest listed beginning of a word. Short ones must be the whole word."""
    stems = _stems()
    for length in range(len(word), 2, -1):
        family = stems.get(word[:length])
        if family and (length >= 5 or len(word) - length <= 1):
            return family
    return None
