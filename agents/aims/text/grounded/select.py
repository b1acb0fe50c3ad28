"""The choice of the passages to tell: contiguous runs of sentences worth the most in the time.

An exact dynamic programme over (sentence, seconds spent, length of the open run). A run begins
with a sentence that can stand alone and stays inside one section; each run costs time for the
words that lead to it, so runs stay whole instead of scattering into single sentences.
"""

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.aims.text.grounded.document import Document, Sentence
from agents.aims.text.grounded.markers import find_marker
from agents.aims.text.grounded.score import vectors
from agents.aims.text.grounded.traits import Traits, read_traits
from agents.aims.text.grounded.words import content_stems, stem

FINEST_TICK = 0.5
MOST_TICKS = 600
RUN_SECONDS = 3.0
SENTENCE_SECONDS = 0.9
RUN_PENALTY = 5.0
TIE_PENALTY = 2.5
SINGLE_PENALTY = 8.0
UNFINISHED_PENALTY = 7.0
PARAGRAPH_BONUS = 3.0
ORPHAN_LOSS, MOST_ORPHAN_LOSS = 6.0, 30.0
SAME_IDEA = 0.55
WANTED = 400.0
NEVER = -1e9
REPAIRS, MANY = 6, 300
FREE_FROM = 0.6
"""From which part of all there is on, it is worth while to see what would be told of it."""

Floats = NDArray[np.float64]


@dataclass
class Choice:
    """What the programme is asked to choose from; ``worth`` and ``seconds`` by sentence."""

    document: Document
    traits: tuple[Traits, ...]
    worth: list[float]
    seconds: list[float]
    tick: float = FINEST_TICK
    banned: set[int] = field(default_factory=set)
    loss: dict[int, float] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)
    _tied: dict[int, int] = field(default_factory=dict)
    _closings: dict[int, float] = field(default_factory=dict)

    def allowed(self, number: int) -> bool:
        """Whether a sentence may be chosen."""
        return self.traits[number].usable and number not in self.banned

    def ticks(self, seconds: float) -> int:
        """Seconds as steps of the programme."""
        return max(1, round(seconds / self.tick))

    def follows(self, number: int) -> bool:
        """Whether a sentence can go on a run with the one before it."""
        sentences = self.document.sentences
        return number > 0 and sentences[number].section == sentences[number - 1].section

    def value(self, number: int) -> float:
        """Worth of a sentence, growing with its length a little less than its time does."""
        worth = self.worth[number] * math.pow(self.traits[number].words, 0.85)
        return worth + (WANTED if number in self.wanted else 0.0)

    def opening(self, number: int) -> float:
        """Gain (mostly a loss) of beginning a run here."""
        lost = self.loss.get(number, 0.0)
        if not self.follows(number):
            return PARAGRAPH_BONUS - RUN_PENALTY - lost
        fresh = self._new_paragraph(number)
        tied = min(2, self._ties(number)) * (1 if fresh else 2) * TIE_PENALTY
        return (PARAGRAPH_BONUS if fresh else -PARAGRAPH_BONUS) - RUN_PENALTY - tied - lost

    def _ties(self, number: int) -> int:
        if number not in self._tied:
            self._tied[number] = self._count_ties(number)
        return self._tied[number]

    def _count_ties(self, number: int) -> int:
        """Definite nouns ("the push") that the two sentences before have just brought in."""
        sentences = self.document.sentences
        before = " ".join(s.text for s in sentences[max(0, number - 2) : number])
        nouns = re.findall(r"\b[Tt]he ([a-z-]+)", sentences[number].text)
        return len({stem(noun) for noun in nouns} & set(content_stems(before)))

    def closing(self, number: int) -> float:
        """Gain or loss of ending a run here."""
        if number not in self._closings:
            self._closings[number] = self._close_at(number)
        return self._closings[number]

    def _close_at(self, number: int) -> float:
        after = number + 1
        if after >= len(self.traits) or not self.follows(after) or self._new_paragraph(after):
            return PARAGRAPH_BONUS
        leans = not self.traits[after].opener
        turns = find_marker(self.document.sentences[after].text)
        return -UNFINISHED_PENALTY if turns or leans else 0.0

    def _new_paragraph(self, number: int) -> bool:
        sentences = self.document.sentences
        return sentences[number].paragraph != sentences[number - 1].paragraph


def choose_runs(
    document: Document, worth: list[float], budget: float, pace: float, wanted: set[int]
) -> list[list[Sentence]]:
    """The runs worth most within ``budget`` seconds, in the document's order.

    ``pace`` turns seconds at the reference pace into seconds of this show; ``wanted`` sentences
    come in if they can. Repairs follow: a bare surname brings the sentence that explains it, the
    second telling of one idea goes.
    """
    usable = sum(t.seconds * pace for t in read_traits(document) if t.usable)
    if budget >= FREE_FROM * usable:
        free = choose_freely(document, tuple(worth), pace, frozenset(wanted))
        if free.seconds <= budget:
            return free.runs
    return _choose(document, worth, budget, pace, wanted).runs


@dataclass(frozen=True)
class Chosen:
    """Runs and the seconds that they take."""

    runs: list[list[Sentence]]
    seconds: float


@lru_cache(maxsize=16)
def choose_freely(
    document: Document, worth: tuple[float, ...], pace: float, wanted: frozenset[int]
) -> Chosen:
    """What would be told if there were time for everything: no budget above it changes anything."""
    traits = read_traits(document)
    most = sum(t.seconds * pace + SENTENCE_SECONDS + RUN_SECONDS for t in traits if t.usable)
    return _choose(document, list(worth), most, pace, set(wanted))


def _choose(
    document: Document, worth: list[float], budget: float, pace: float, wanted: set[int]
) -> Chosen:
    traits = read_traits(document)
    seconds = [t.seconds * pace + SENTENCE_SECONDS for t in traits]
    tick = max(FINEST_TICK, budget / MOST_TICKS)
    choice = Choice(document, traits, list(worth), seconds, tick, wanted=set(wanted))
    chosen: list[int] = []
    for _ in range(REPAIRS if len(traits) <= MANY else REPAIRS // 2):
        chosen = solve(choice, budget)
        if not repair(choice, chosen):
            break
    cut = cut_runs(choice, chosen)
    spent = sum(seconds[n] for n in chosen) + RUN_SECONDS * len(cut)
    return Chosen([[document.sentences[n] for n in run] for run in cut], spent)


def cut_runs(choice: Choice, chosen: list[int]) -> list[list[int]]:
    """The chosen sentences, cut where they are not contiguous."""
    runs: list[list[int]] = []
    for number in chosen:
        if runs and runs[-1][-1] == number - 1 and choice.follows(number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def repair(choice: Choice, chosen: list[int]) -> bool:
    """Change the question where the answer has a flaw; whether there was one."""
    flaws = [_explain_names(choice, chosen), _drop_repeats(choice, chosen)]
    return any([*flaws, _discourage_orphans(choice, chosen)])


def _explain_names(choice: Choice, chosen: list[int]) -> int:
    have, flaws = set(chosen), 0
    for number in chosen:
        need = choice.traits[number].needs
        if need is None or need in have:
            continue
        flaws += 1
        if choice.allowed(need) and need not in choice.wanted:
            choice.wanted.add(need)
        else:
            choice.banned.add(number)
    return flaws


def _discourage_orphans(choice: Choice, chosen: list[int]) -> int:
    """Make runs dearer that speak of "the depot" when nobody has told which."""
    flaws = 0
    first_there = first_mentions(choice.document)
    first_told: dict[str, int] = {}
    for number in chosen:
        for word in content_stems(choice.document.sentences[number].text):
            first_told.setdefault(word, number)
    for run in cut_runs(choice, chosen):
        start = run[0]
        given = _given(choice.document, start)
        orphans = [
            word for word in _definite(choice, run)
            if first_there.get(word, start) < start <= first_told.get(word, start)
            and word not in given
        ]  # fmt: skip
        if orphans and choice.loss.get(start, 0.0) < MOST_ORPHAN_LOSS:
            choice.loss[start] = choice.loss.get(start, 0.0) + ORPHAN_LOSS * len(orphans)
            flaws += 1
    return flaws


def _definite(choice: Choice, run: list[int]) -> set[str]:
    """Nouns that the first two sentences of a run take as known."""
    text = " ".join(choice.document.sentences[n].text for n in run[:2])
    found = re.findall(r"\b[Tt]he ((?:[a-z-]+ )?)([a-z-]+)\b(?! of| that| who| which)", text)
    return {stem(word) for pair in found for word in pair[1:] if word}


@lru_cache(maxsize=16)
def first_mentions(document: Document) -> dict[str, int]:
    """The first sentence that has each stem."""
    found: dict[str, int] = {}
    for sentence in document.sentences:
        for word in content_stems(sentence.text):
            found.setdefault(word, sentence.number)
    return found


def _given(document: Document, start: int) -> set[str]:
    """Stems that a listener knows before a run, besides what was told: title and heading."""
    heading = document.sections[document.sentences[start].section].heading or ""
    return {word for text in (document.title, heading) for word in content_stems(text)}


def _drop_repeats(choice: Choice, chosen: list[int]) -> int:
    if len(chosen) < 2:
        return 0
    matrix = vectors([choice.document.sentences[n].text for n in chosen])
    alike = np.triu(matrix @ matrix.T, k=1) > SAME_IDEA
    repeats = {chosen[column] for column in np.nonzero(alike.any(axis=0))[0]} - choice.wanted
    choice.banned |= repeats
    return len(repeats)


def solve(choice: Choice, budget: float) -> list[int]:
    """Numbers of the chosen sentences.

    Table rows are states: 0 no open run, 1 a run of one sentence, 2 a longer run. A cell holds
    the greatest value reached with exactly that many ticks or fewer.
    """
    ticks = max(1, int(budget / choice.tick))
    best = np.full((3, ticks + 1), NEVER)
    best[0] = 0.0
    steps = []
    for number in range(len(choice.traits)):
        best, step = _advance(choice, best, number)
        steps.append(step)
    return _trace(choice, best, steps)


def _advance(choice: Choice, best: Floats, number: int) -> tuple[Floats, NDArray[np.int8]]:
    closed, came = _close(choice, best, number)
    after = np.full_like(best, NEVER)
    step = np.full(best.shape, -1, dtype=np.int8)
    after[0], step[0] = closed, came
    if not choice.allowed(number):
        return after, step
    value = choice.value(number)
    if choice.traits[number].opener:
        cost = choice.ticks(choice.seconds[number] + RUN_SECONDS)
        fresh = best[0] if number and choice.follows(number) else closed
        origin = np.zeros_like(came) if number and choice.follows(number) else came
        after[1], step[1] = (
            _shift(fresh, cost) + value + choice.opening(number),
            _move(origin, cost),
        )
    if choice.follows(number):
        longer = np.maximum(best[1], best[2])
        origin = np.where(best[1] >= best[2], 1, 2).astype(np.int8)
        cost = choice.ticks(choice.seconds[number])
        after[2], step[2] = _shift(longer, cost) + value, _move(origin, cost)
    return after, step


def _close(choice: Choice, best: Floats, number: int) -> tuple[Floats, NDArray[np.int8]]:
    """The best ways to stand before a sentence with no run open, and the states they came from."""
    bonus = choice.closing(number - 1) if number else 0.0
    ways = np.stack([best[0], best[1] + bonus - SINGLE_PENALTY, best[2] + bonus])
    came = np.argmax(ways, axis=0).astype(np.int8)
    return ways.max(axis=0), came


def _shift(row: Floats, ticks: int) -> Floats:
    moved = np.full_like(row, NEVER)
    if ticks < len(row):
        moved[ticks:] = row[:-ticks]
    return moved


def _move(origin: NDArray[np.int8], ticks: int) -> NDArray[np.int8]:
    moved = np.full_like(origin, -1)
    if ticks < len(origin):
        moved[ticks:] = origin[:-ticks]
    return moved


def _trace(choice: Choice, best: Floats, steps: list[NDArray[np.int8]]) -> list[int]:
    closed, came = _close(choice, best, len(steps))
    at = int(np.argmax(closed))
    state, chosen = int(came[at]), []
    for number in range(len(steps) - 1, -1, -1):
        previous = int(steps[number][state, at])
        if state:
            chosen.append(number)
            lead = RUN_SECONDS if state == 1 else 0.0
            at -= choice.ticks(choice.seconds[number] + lead)
        state = previous
    return chosen[::-1]
