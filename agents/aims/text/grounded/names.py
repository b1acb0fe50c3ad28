"""Names and numbers in running text, by their shape."""

import re
from collections.abc import Iterable

from agents.aims.text.grounded.lexicon import NUMBER_WORDS, STOP, words_of
from agents.aims.text.grounded.words import split_words

_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž]")
PERSON = re.compile(
    r"\b(?:[A-ZÀ-ÖØ-Þ][\w’'.-]*\s+){1,2}(?:(?:van|von|de|der|da|di|la|el|al|bin)\s+)?"
    r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
)
_AMOUNT = re.compile(
    r"(?:[$€£]\s?)?\b\d[\d,]*(?:\.\d+)?(?:\s?%|\s(?:percent|per cent|million|billion|trillion)\b)?"
    r"|\b(?:"
    + "|".join(
        sorted(NUMBER_WORDS - {"third", "thirds", "quarter", "half", "double", "twice", "triple"})
    )
    + r")\b(?:\s(?:hundred|thousand|million|billion)\b)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?:1[0-9]|20)\d\d$")
MONTHS = words_of(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)


def is_capital(word: str) -> bool:
    """Whether a word begins with an upper-case letter."""
    return bool(_CAPITAL.match(word))


def find_names(text: str, lower: Iterable[str] = ()) -> set[str]:
    """Capitalised words that are names: not at the start, or never seen in lower case."""
    seen, names, fresh = set(lower), set(), True
    for match in re.finditer(r"[^\W_]+(?:[’'\-][^\W_]+)*|[.!?:“\"]", text):
        word = match[0]
        if not word[0].isalnum():
            fresh = True
            continue
        common = word.casefold() in STOP or word.casefold() in seen
        if is_capital(word) and word != "I" and not (fresh and common):
            names.add(word.removesuffix("'s").removesuffix("’s"))
        fresh = False
    return names


def find_amounts(text: str) -> list[tuple[int, int]]:
    """Spans of amounts ("$4 million", "94 percent", "eleven"); no years, dates or times."""
    return [m.span() for m in _AMOUNT.finditer(text) if not _is_date(text, m)]


def _is_date(text: str, match: "re.Match[str]") -> bool:
    before = split_words(text[: match.start()])[-1:]
    after = split_words(text[match.end() :])[:1]
    near = {word.casefold() for word in before + after}
    clock = re.match(
        r":\d|\s?[ap]\.?m\b|\s?o['’]clock|st\b|nd\b|rd\b|th\b|s\b", text[match.end() :]
    )
    return bool(_YEAR.match(match[0].strip(" ,")) or near & MONTHS or clock)
