"""A line cut into phrases the engines speak without fault, each with the pause after it.

A phrase is a sentence. A very short sentence goes with its neighbour, because a network that is
given two or three phonemes mumbles; a very long one is cut where a speaker would breathe, because
the style tables end at 510 tokens and the voices hurry long before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 240
"""Letters in one phrase: about 15 seconds."""
SHORTEST = 16
"""Letters below which a sentence is spoken together with a neighbour."""

PAUSES = {".": 0.34, "!": 0.34, "?": 0.38, "…": 0.42, ":": 0.26, ";": 0.26, "—": 0.22, ",": 0.14}
"""Seconds of silence after a phrase, by what ends it."""
BREATH = 0.08
"""Seconds where a phrase had to be cut between words."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_BREATHS = (
    re.compile(r"(?<=[;:])\s+|\s+(?=— )"),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"\s+(?=(?:and|but|or|because|which|that|who|where|when|while|although|so|if)\s)"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True)
class Phrase:
    """Phonemes spoken in one go, and the pause in seconds before the next."""

    phonemes: str
    pause: float


def phrases_of(text: str, phonemise: Callable[[str], str]) -> list[Phrase]:
    """Cut spelt-out text into phrases. Every word of it is in one of them, in order."""
    pieces = [piece for sentence in sentences_of(text) for piece in cut(sentence)]
    read = [(piece, phonemise(piece)) for piece in pieces]
    return [Phrase(phonemes, pause_after(piece)) for piece, phonemes in read if phonemes]


def sentences_of(text: str) -> list[str]:
    """The sentences of spelt-out text, very short ones joined to a neighbour."""
    joined: list[str] = []
    for sentence in _SENTENCE.split(text):
        if not any(sign.isalpha() for sign in sentence):
            continue
        if joined and min(len(joined[-1]), len(sentence)) < SHORTEST:
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def cut(sentence: str) -> list[str]:
    """Cut a sentence that is too long, as near its middle as a breath can be taken."""
    if len(sentence) <= LONGEST:
        return [sentence]
    for breath in _BREATHS:
        places = [match for match in breath.finditer(sentence) if _roomy(sentence, match)]
        if places:
            middle = len(sentence) / 2
            best = min(places, key=lambda place: abs(place.start() - middle))
            return cut(sentence[: best.start()]) + cut(sentence[best.end() :])
    return [sentence]


def _roomy(sentence: str, place: re.Match[str]) -> bool:
    """A cut leaves a fifth of the sentence on either side."""
    fifth = len(sentence) / 5
    return fifth <= place.start() <= len(sentence) - fifth


def pause_after(piece: str) -> float:
    """Seconds of silence after a piece of text."""
    return PAUSES.get(piece.rstrip()[-1:], BREATH)
