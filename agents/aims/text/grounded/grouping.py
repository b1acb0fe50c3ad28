"""The passages of an episode grouped into parts: an opening, the sections, a last thought."""

import math

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.traits import is_opener
from agents.aims.text.grounded.words import count_words

OPENING_WORDS = 70
PART_WORDS = 190
SMALL_PART = 45
CLOSING_WORDS = 50

Run = list[Sentence]


def group_runs(runs: list[Run], headed: set[tuple[str, int]]) -> list[list[Run]]:
    """Runs grouped into parts: an opening, the sections, a last thought.

    ``headed`` are the sections that have a heading, by source and number: where the opening's
    has none, all of it goes into the first part.
    """
    body = [run for run in runs if run]
    opening, body = cut_opening(body)
    body, closing = cut_closing(body)
    while body and goes_on(opening, body[0], headed):
        opening.append(body.pop(0))
    groups: list[list[Run]] = []
    for run in [piece for whole in body for piece in cut_long(whole)]:
        if groups and belongs(groups[-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [opening, *groups, closing]


def goes_on(opening: list[Run], run: Run, headed: set[tuple[str, int]]) -> bool:
    """Whether a run of the opening's section goes with it: under no heading, or too short for a
    part."""
    place = (run[0].source_id, run[0].section)
    first = opening[0][0] if opening and opening[0] else None
    words = sum(count_words(s.text) for r in [*opening, run] for s in r)
    same = first is not None and (first.source_id, first.section) == place
    small = sum(count_words(s.text) for s in run) < SMALL_PART
    return same and (small or place not in headed) and words <= PART_WORDS


def belongs(group: list[Run], run: Run) -> bool:
    """Whether a run goes into the part before: same source, and the same section or little in"
    " it."""
    before = group[-1][-1]
    words = sum(count_words(s.text) for r in group for s in r)
    more = sum(count_words(s.text) for s in run)
    if before.source_id != run[0].source_id or words + more > PART_WORDS:
        return False
    return before.section == run[0].section or words < SMALL_PART


def cut_opening(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """The first run, or its first sentences, and what is left."""
    if not runs:
        return [], []
    head = cut_at(runs[0], OPENING_WORDS)
    rest = runs[0][len(head) :]
    return [head], ([rest] if rest else []) + runs[1:]


def cut_closing(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """What comes before, and the last sentences that can stand alone."""
    if not runs:
        return [], []
    last = runs[-1]
    words = [sum(count_words(s.text) for s in last[place:]) for place in range(len(last))]
    fit = [
        p for p in range(len(last)) if stands_alone(last[p]) and 10 <= words[p] <= 2 * CLOSING_WORDS
    ]
    if not fit:
        return runs, []
    place = min(fit, key=lambda p: abs(words[p] - CLOSING_WORDS) - 45 * new_paragraph(last, p))
    return runs[:-1] + ([last[:place]] if place else []), [last[place:]]


def new_paragraph(run: Run, place: int) -> bool:
    """Whether a sentence of a run begins a paragraph."""
    return place == 0 or run[place].paragraph != run[place - 1].paragraph


def stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence can open a part."""
    return is_opener(sentence.text)


def cut_long(run: Run) -> list[Run]:
    """A run cut into pieces of about the same length that a part can hold."""
    pieces: list[Run] = []
    left = sum(count_words(s.text) for s in run)
    while left > 1.25 * PART_WORDS:
        head = cut_at(run, round(left / math.ceil(left / PART_WORDS)))
        if len(head) == len(run):
            break
        pieces.append(head)
        run = run[len(head) :]
        left = sum(count_words(s.text) for s in run)
    return [*pieces, run]


def cut_at(run: Run, words: int) -> Run:
    """The first sentences up to about ``words``, cut before one that can stand alone."""
    total, place = 0, 0
    cuts = [len(run)]
    for place, sentence in enumerate(run):
        if place and stands_alone(sentence) and total >= words * 0.55:
            cuts.append(place)
        total += count_words(sentence.text)
    sizes = {cut: sum(count_words(s.text) for s in run[:cut]) for cut in cuts}
    return run[: min(cuts, key=lambda cut: abs(sizes[cut] - words))]
