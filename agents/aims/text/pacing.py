"""How an episode begins so that it is heard at once: the fast voice opens, the slow one has time.

A slow voice needs about half of a line's length, and half a second, to make it; on a busy machine
more. So somebody whose lines are there at once speaks first, and the slow one says no more than it
can have ready when its turn comes.
"""

from dataclasses import dataclass, field

from agents.aims.text.grounded.timing import speech_seconds
from agents.aims.text.grounded.words import count_words
from agents.aims.text.tasks import OutlineParameters, Speaker

HOSTS: tuple[Speaker, Speaker] = ("host_a", "host_b")
LEAD_SECONDS, LEAD_WORDS = 6.0, 15
"""What is heard before a slow voice's first line, at least."""
FIRST_WORDS = 8
"""Words of a slow voice's first line, at most."""
MAKING, GETTING_READY = 0.7, 1.0
"""Seconds that a slow voice takes for a second of speech, and before any: the measured 0.5 of a
quiet machine with room for a busy one."""
SHORTEST_WORDS = 6
"""Words of the first line, at most, where no voice is fast."""


@dataclass
class OpeningClock:
    """The time of an episode's first part as its lines are added, and what a slow voice may say.

    Where every host is slow, nothing can be gained by waiting: then nothing is too soon.
    """

    parameters: OutlineParameters
    seconds: float = 0.0
    words: int = 0
    slow_seconds: float = 0.0
    before: Speaker | None = None
    slow: frozenset[Speaker] = field(init=False)

    def __post_init__(self) -> None:
        slow = frozenset(self.parameters.slow)
        self.slow = frozenset() if slow >= set(HOSTS) else slow

    def is_too_soon(self, speaker: Speaker, text: str) -> bool:
        """Whether a slow voice could not have that line ready when its turn comes."""
        if speaker not in self.slow:
            return False
        begins = self._begins(speaker)
        if not self.slow_seconds:
            led = begins >= LEAD_SECONDS and self.words >= LEAD_WORDS
            if not led or count_words(text) > FIRST_WORDS:
                return True
        return MAKING * (self.slow_seconds + self._lasts(speaker, text)) + GETTING_READY > begins

    def add(self, speaker: Speaker, text: str) -> None:
        """The line is spoken next."""
        lasts = self._lasts(speaker, text)
        self.seconds = self._begins(speaker) + lasts
        self.words += count_words(text)
        self.slow_seconds += lasts if speaker in self.slow else 0.0
        self.before = speaker

    def _begins(self, speaker: Speaker) -> float:
        if self.before is None:
            return 0.0
        same = self.before == speaker
        told = self.parameters
        return self.seconds + (told.line_pause_seconds if same else told.turn_pause_seconds)

    def _lasts(self, speaker: Speaker, text: str) -> float:
        return speech_seconds(text, self.parameters.pace_of(speaker))


def other_host(speaker: Speaker) -> Speaker:
    """The other one."""
    return "host_b" if speaker == "host_a" else "host_a"


def all_slow(parameters: OutlineParameters) -> bool:
    """Whether no voice is fast, so that only a short first line is heard soon."""
    return set(parameters.slow) >= set(HOSTS)
