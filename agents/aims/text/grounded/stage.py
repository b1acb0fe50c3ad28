"""The stage: who has said what so far, in this part and before."""

from copy import copy
from dataclasses import dataclass, field

from agents.aims.text.grounded.phrases import LIVELY, SOBER_GENERIC, Bank
from agents.aims.text.grounded.words import count_words
from agents.aims.text.pacing import OpeningClock, all_slow, other_host
from agents.aims.text.tasks import Kind, Line, Part, Span, Speaker

SECOND_HOST_SHARE = 0.4
PROMPT = "What do we need to know first?"
"""As long as any phrase of the bank that is spoken in the first part."""


@dataclass
class Stage:
    """The lines of a part as it is being written, and the tallies that steer it."""

    bank: Bank
    lines: list[Line] = field(default_factory=list)
    spoken: dict[Speaker, int] = field(default_factory=lambda: {"host_a": 0, "host_b": 0})
    turn: int = 0
    grim_for: int = 0
    last_year: int | None = None
    echoes: int = 0
    brief: bool = False
    clock: OpeningClock | None = None

    @classmethod
    def after(cls, seed: str, earlier: list[Part]) -> "Stage":
        """A stage on which the earlier parts have been spoken."""
        said = [line for part in earlier for line in part.lines]
        stage = cls(Bank(seed, [line.text for line in said if line.kind == "connective"]))
        for line in said:
            stage.spoken[line.speaker] += count_words(line.text)
        stage.echoes = sum(line.kind == "connective" and bool(line.citations) for line in said)
        return stage

    @property
    def speaker(self) -> Speaker | None:
        """Who spoke last."""
        return self.lines[-1].speaker if self.lines else None

    @property
    def asked(self) -> bool:
        """Whether the last line is a question or prompt of the second host."""
        return bool(self.lines) and self.lines[-1].kind == "connective"

    @property
    def opens(self) -> Speaker:
        """Who opens the episode."""
        return self.clock.parameters.opens if self.clock else "host_a"

    @property
    def all_slow(self) -> bool:
        """Whether nobody's voice is fast."""
        return self.clock is not None and all_slow(self.clock.parameters)

    def is_too_soon(self, speaker: Speaker, text: str) -> bool:
        """Whether that host's voice could not be there yet with such a line."""
        return self.clock is not None and self.clock.is_too_soon(speaker, text)

    def can_follow(self, lines: list[tuple[Speaker, str]]) -> bool:
        """Whether those lines, said one after the other, would all be there in time."""
        if self.clock is None:
            return True
        clock = copy(self.clock)
        for speaker, text in lines:
            if clock.is_too_soon(speaker, text):
                return False
            clock.add(speaker, text)
        return True

    @property
    def reading(self) -> int:
        """How many facts the second host has read in a row since he last asked anything."""
        own = [line.kind for line in self.lines if line.speaker == "host_b"]
        return next((n for n, kind in enumerate(reversed(own)) if kind != "fact"), len(own))

    @property
    def hunger(self) -> float:
        """How far the second host is below his share of the words: -2 to 2."""
        words = sum(self.spoken.values())
        if words < 30:
            return 0.5
        missing = SECOND_HOST_SHARE - self.spoken["host_b"] / words
        return max(-2.0, min(2.0, missing * 18))

    def say(
        self, speaker: Speaker, text: str, *, fact: bool = False, cited: list[Span] | None = None
    ) -> None:
        """Add a line; the other host says it where the voice of this one cannot be there yet."""
        speaker = other_host(speaker) if self.is_too_soon(speaker, text) else speaker
        if self.clock:
            self.clock.add(speaker, text)
        words = count_words(text)
        self.turn = self.turn + words if speaker == self.speaker else words
        self.spoken[speaker] += words
        kind: Kind = "fact" if fact else "connective"
        self.lines.append(Line(speaker=speaker, kind=kind, text=text, citations=cited or []))

    def ask(self, category: str, avoid: str = "") -> bool:
        """Let the second host say a phrase of the category; whether there was one left, and time
        for it."""
        if self.is_too_soon("host_b", PROMPT):
            return False
        phrase = self.find(category, avoid)
        if phrase:
            self.say("host_b", phrase)
        return phrase is not None

    def find(self, category: str, avoid: str = "") -> str | None:
        """Take a phrase of the category that fits the mood."""
        if self.grim_for and category in LIVELY:
            if category != "generic":
                return None
            left = [p for p in SOBER_GENERIC if p.casefold() not in self.bank.said]
            return self.bank.take(left[0]) if left else None
        return self.bank.pick(category, avoid)
