"""What is wrong with a choice of sentences, and how the question is changed where it is."""

import re
from functools import lru_cache

import numpy as np

from agents.aims.text.grounded.choice import Choice, cut_runs
from agents.aims.text.grounded.document import Document
from agents.aims.text.grounded.score import vectors
from agents.aims.text.grounded.words import content_stems, stem

ORPHAN_LOSS, MOST_ORPHAN_LOSS = 6.0, 30.0
SAME_IDEA = 0.55


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
