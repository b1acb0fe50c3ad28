"""Numbers, names and bare words of a text: what a line must not say unless its source does."""

import re
from dataclasses import dataclass

from agents.aims.text.grounded.lexicon import words_of

_TOKEN = re.compile(r"[^\W_]+(?:[.,’'\-–:/][^\W_]+)*")
_START = re.compile(r"(?:^|[.!?:;]['\"”’)\]]*\s+|^\W+|[\"“‘(]\s*)$")

NUMBER_WORDS = words_of("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions trillion trillions dozen
    dozens half halves third thirds quarter quarters twice double triple zero fourth fifth sixth
    seventh eighth ninth tenth percent
""")


@dataclass(frozen=True)
class Token:
    """A word of a text, where it stands, and whether it begins a sentence."""

    text: str
    start: int
    end: int
    initial: bool

    @property
    def bare(self) -> str:
        """The word for comparison: one apostrophe, no case."""
        return self.text.replace("’", "'").casefold()

    @property
    def number(self) -> bool:
        """Whether the word is a number, in digits or in letters."""
        parts = re.split(r"[-–]", self.bare)
        return any(letter.isdigit() for letter in self.text) or any(
            p in NUMBER_WORDS for p in parts
        )

    @property
    def capital(self) -> bool:
        """Whether the word begins with an upper-case letter."""
        return self.text[0].isupper() and self.text not in {"I", "I'm", "I'd", "I'll", "I've"}


def tokenise(text: str) -> list[Token]:
    """The words of a text."""
    return [
        Token(m[0], m.start(), m.end(), bool(_START.search(text[: m.start()][-12:])))
        for m in _TOKEN.finditer(text)
    ]


def missing_numbers(line: str, evidence: str) -> list[str]:
    """Numbers of the line that the evidence does not have."""
    have = {token.bare for token in tokenise(evidence) if token.number}
    return [token.text for token in tokenise(line) if token.number and token.bare not in have]


def missing_names(line: str, evidence: str) -> list[str]:
    """Names of the line that the evidence does not have.

    A capital at the start of a sentence is no name by itself: there the word need only stand in
    the evidence in any case.
    """
    words = tokenise(evidence)
    exact = {token.text.replace("’", "'") for token in words}
    bare = {token.bare for token in words}
    return [
        token.text
        for token in tokenise(line)
        if token.capital
        and not token.number
        and token.text.replace("’", "'") not in exact
        and not (token.initial and token.bare in bare)
    ]
