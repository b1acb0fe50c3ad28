"""An offline listener: Whisper base hears a file, and what it heard is held against the script.

Numerals, units of money and names are left out on both sides: a recogniser spells them in its own
way. Words written apart here and together there ("light house") count as the same.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import av
import jiwer
import numpy as np
from numpy.typing import NDArray

from scripts.local import models

HEARING_RATE = 16_000
Sound = NDArray[np.float32]

NUMBER_WORDS = frozenset(
    """
    zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty
    ninety hundred hundreds thousand thousands million millions billion billions trillion point
    first second third fourth fifth sixth seventh eighth ninth tenth half quarter quarters
    thirds fifths percent dollar dollars cent cents euro euros pound pounds degree degrees
    celsius fahrenheit
    """.split()  # noqa: SIM905
)
SPELLINGS = {
    "ok": "okay", "dr": "doctor", "mr": "mister", "mrs": "missus", "st": "saint", "vs": "versus",
    "grey": "gray", "centre": "center", "centres": "centers", "metre": "meter", "metres": "meters",
    "licence": "license", "storey": "story", "kilometre": "kilometer", "per": "",
    "programme": "program", "programmes": "programs", "km": "kilometers", "kg": "kilograms",
    "am": "", "pm": "",
}  # fmt: skip
ENDINGS = [
    (re.compile(r"isation(s?)$"), r"ization\1"),
    (re.compile(r"is(e|ed|es|ing)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})our(s|ed|ing|ful|able|hood|)$"), r"or\1"),
    (re.compile(r"elling$"), "eling"),
    (re.compile(r"elled$"), "eled"),
    (re.compile(r"kilometre(s?)$"), r"kilometer\1"),
]


@dataclass(frozen=True)
class Word:
    """A word as it is compared; ``free`` ones may be heard as anything."""

    text: str
    free: bool


@dataclass(frozen=True)
class Verdict:
    """How much of a script was heard. Both rates are shares of the words that count."""

    word_error_rate: float
    dropped: float
    words: int
    faults: list[str] = field(default_factory=list)


def transcribe(sound: Path | Sound) -> str:
    """What Whisper hears in a file, or in samples at 16 kHz."""
    samples = decode(sound) if isinstance(sound, Path) else sound
    segments, _ = _whisper().transcribe(
        samples, language="en", beam_size=5, condition_on_previous_text=False
    )
    return " ".join(segment.text.strip() for segment in segments)


def decode(path: Path) -> Sound:
    """A file as mono samples at 16 kHz."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=HEARING_RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


@cache
def _whisper() -> Any:
    from faster_whisper import WhisperModel  # type: ignore[import-untyped]

    assert models.main(["--with-recogniser"]) == 0
    folder = models.models_dir() / models.RECOGNISER.folder
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)


def compare(written: str, heard: str) -> Verdict:
    """Hold what was heard against what was written, in order."""
    reference, hypothesis = words_of(written), words_of(heard)
    if not reference:
        return Verdict(0.0, 0.0, 0)
    aligned = jiwer.process_words(
        " ".join(word.text for word in reference), " ".join(word.text for word in hypothesis) or "-"
    ).alignments[0]
    wrong = dropped = 0
    faults: list[str] = []
    for start, end, from_, to in _disagreements(aligned):
        expected, got = reference[start:end], hypothesis[from_:to]
        errors, missing = _judge(expected, got, _free_beside(reference, start, end))
        wrong, dropped = wrong + errors, dropped + missing
        if errors:
            before = " ".join(word.text for word in reference[max(0, start - 3) : start])
            faults.append(f"… {before} [{_text(expected)} → {_text(got)}]")
    counted = max(1, sum(not word.free for word in reference))
    return Verdict(wrong / counted, dropped / counted, counted, faults)


def _disagreements(chunks: list[Any]) -> list[tuple[int, int, int, int]]:
    """Runs of neighbouring alignment chunks that are not equal, as spans of both sides."""
    runs: list[tuple[int, int, int, int]] = []
    open_run = False
    for chunk in chunks:
        if chunk.type == "equal":
            open_run = False
            continue
        if open_run:
            start, _, from_, _ = runs.pop()
        else:
            start, from_ = chunk.ref_start_idx, chunk.hyp_start_idx
        runs.append((start, chunk.ref_end_idx, from_, chunk.hyp_end_idx))
        open_run = True
    return runs


def _judge(expected: list[Word], got: list[Word], beside_free: bool) -> tuple[int, int]:
    """Errors and dropped words in one disagreement."""
    if _text(expected).replace(" ", "") == _text(got).replace(" ", ""):
        return 0, 0
    strict = [word for word in expected if not word.free]
    heard = [word for word in got if not word.free]
    if len(strict) < len(expected) or beside_free:
        heard = heard[: len(strict)]
    missing = max(0, len(strict) - len(heard))
    return max(len(strict), len(heard)), missing


def _free_beside(reference: list[Word], start: int, end: int) -> bool:
    around = reference[max(0, start - 1) : start] + reference[end : end + 1]
    return any(word.free for word in around)


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


_TOKEN = re.compile(r"[^\s—–/-]+")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*$")


def words_of(text: str) -> list[Word]:
    """The words of a text as they are compared."""
    words: list[Word] = []
    opening = True
    for token in _TOKEN.findall(text.replace("’", "'")):
        bare = re.sub(r"[^\w']+", "", token).strip("'_")
        if bare:
            words += _words(bare, opening, token)
            opening = bool(_SENTENCE_END.search(token))
    return words


def _words(bare: str, opening: bool, token: str) -> list[Word]:
    name = bare[0].isupper() and not opening and bare not in ("I", "I'm", "I've", "I'll", "I'd")
    shouted = len(bare) > 1 and bare.isupper()
    symbol = any(sign in token for sign in "$€£%°@#&+=~\N{MULTIPLICATION SIGN}")
    free = name or shouted or symbol or any(sign.isdigit() for sign in bare)
    plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode().lower()
    plain = plain.removesuffix("'s").replace("'", "")
    spelt = SPELLINGS.get(plain, plain)
    for ending, american in ENDINGS:
        spelt = ending.sub(american, spelt)
    return [Word(spelt, free or spelt in NUMBER_WORDS)] if spelt else []
