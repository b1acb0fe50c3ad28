"""How a heading is spoken: by what kind of phrase it is."""

import re

from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    IRREGULAR_PAST,
    PRESENT,
    STOP,
)
from agents.aims.text.grounded.words import split_words

_CLAUSE = frozenset({"how", "why", "what", "where", "who", "whether"})


def kind_of(heading: str) -> str:
    """One of question, clause, when, gerund, noun or label (anything not safely one of those)."""
    words = [word.casefold() for word in split_words(heading)]
    if heading.endswith("?"):
        return "question"
    if not words or len(words) > 9 or re.search(r"[:;“”\"(]", heading):
        return "label"
    if words[0] in _CLAUSE:
        return "label" if len(words) > 1 and words[1] == "to" and words[0] != "how" else "clause"
    if words[0] in {"when", "if"}:
        return "when"
    if words[0].endswith("ing") and len(words[0]) > 5 and len(words) > 1:
        return "gerund"
    if re.match(r"(?:an?|the) [\w-]+ (?:built|made|\w+ed|born|lost|found|won|held) (?:in|by|on|for|from|at|with|of|under|to)\b", heading, re.I):
        return "noun"
    return "label" if any(map(_may_be_verb, words[:-1])) or _may_be_verb(words[-1], True) else "noun"


def _may_be_verb(word: str, last: bool = False) -> bool:
    if word in AUXILIARIES or word in IRREGULAR_PAST or (word in PRESENT and not last):
        return True
    return not last and word not in DETERMINERS and word not in STOP and (
        word.endswith(("s", "ed")) and not word.endswith(("ss", "'s", "’s"))
    )


def in_sentence(heading: str, text: str) -> str:
    """The heading as it stands inside a sentence: words that the text knows in lower case, so."""
    words = heading.split(" ")
    lowered = []
    for place, word in enumerate(words):
        bare = word.strip(".,;:?!").casefold()
        known = bare in STOP or re.search(rf"(?<![.!?] )\b{re.escape(bare)}\b", text)
        lone = word[:1].isupper() and not word[1:2].isupper()
        proper = re.search(rf"[a-z,] {re.escape(word)}\b", text) is not None
        common = known and lone and not (proper and place > 0)
        lowered.append(word[:1].lower() + word[1:] if common and not (proper and bare not in STOP) else word)
    return " ".join(lowered)
