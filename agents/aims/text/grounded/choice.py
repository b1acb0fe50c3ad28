"""What may be told of a source, and what each beginning and end of a run is worth."""

import math
import re
from dataclasses import dataclass, field

from agents.aims.text.grounded.document import Document
from agents.aims.text.grounded.markers import find_marker
from agents.aims.text.grounded.traits import Traits
from agents.aims.text.grounded.words import content_stems, stem

FINEST_TICK = 0.5
RUN_PENALTY = 5.0
TIE_PENALTY = 2.5
UNFINISHED_PENALTY = 7.0
PARAGRAPH_BONUS = 3.0
WANTED = 400.0


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


def cut_runs(choice: Choice, chosen: list[int]) -> list[list[int]]:
    """The chosen sentences, cut where they are not contiguous."""
    runs: list[list[int]] = []
    for number in chosen:
        if runs and runs[-1][-1] == number - 1 and choice.follows(number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
