"""The choice of the passages to tell: contiguous runs of sentences worth the most in the time.

An exact dynamic programme over (sentence, seconds spent, length of the open run). A run begins
with a sentence that can stand alone and stays inside one section; each run costs time for the
words that lead to it, so runs stay whole instead of scattering into single sentences.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.aims.text.grounded.choice import FINEST_TICK, Choice, cut_runs
from agents.aims.text.grounded.document import Document, Sentence
from agents.aims.text.grounded.repair import repair
from agents.aims.text.grounded.traits import read_traits

MOST_TICKS = 600
RUN_SECONDS = 3.0
SENTENCE_SECONDS = 0.9
SINGLE_PENALTY = 8.0
NEVER = -1e9
REPAIRS, MANY = 6, 300
FREE_FROM = 0.6
"""From which part of all there is on, it is worth while to see what would be told of it."""

Floats = NDArray[np.float64]


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
