"""Sentences that may be shared between the hosts at a conjunction.

Only where the second clause has its own subject, and never inside a quotation, a "that" clause, a
relative clause or a dash: a wrong split changes the meaning.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    IRREGULAR_PAST,
    PRESENT,
    SUBJECT_PRONOUNS,
    words_of,
)
from agents.aims.text.grounded.names import is_capital
from agents.aims.text.grounded.words import split_words

Joint = Literal["because", "so", "but"]
SHORTEST = 4
# "but both at once" has no subject, "but both were right" has.
_ALSO_ADVERBS = words_of("both all each none most some few many those these this that")

_JOINTS: dict[Joint, "re.Pattern[str]"] = {
    "because": re.compile(r"(?P<stop>,?)\s+(?=because\s(?!of\b))"),
    "so": re.compile(r"(?P<stop>,)\s+(?=so\s(?!that\b|far\b|much\b|many\b|long\b|as\b))"),
    "but": re.compile(r"(?P<stop>,)\s+(?=but\s(?!also\b|not\b|rather\b|only\b|then\b))"),
}
_FRONTED = re.compile(
    r"^(?:if|when|while|after|before|since|although|though|as|because|unless|once|until|whether"
    r"|even|not only|whenever|wherever|in case)\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:sa(?:y|ys|id)|told|tell|tells|believe[sd]?|thinks?|thought|claim(?:s|ed)?|argue[sd]?"
    r"|warn(?:s|ed)?|report(?:s|ed)?|suggest(?:s|ed)?|conclude[sd]?|found|show(?:s|ed|n)?|hoped?"
    r"|fear(?:s|ed)?|insist(?:s|ed)?|admit(?:s|ted)?|that|who|which|whose|whom)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|never|no|nobody|none|neither|nor|hardly|\w+n['’]t)\b", re.I)
_QUALIFIED = re.compile(
    r"\b(?:just|only|simply|partly|mainly|largely|mostly|not|even|perhaps|probably|especially"
    r"|particularly|precisely|chiefly|primarily|or|and|either)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Split:
    """Where a sentence may be cut: the first clause up to ``end``, the second from ``start``."""

    joint: Joint
    end: int
    start: int


def find_split(text: str) -> Split | None:
    """The first safe cut in a sentence."""
    if re.search(r"[\"“”()—–;:]|\s-\s", text) or _FRONTED.match(text) or text.endswith("?"):
        return None
    for joint, pattern in _JOINTS.items():
        for found in pattern.finditer(text):
            split = Split(joint, found.start(), found.end())
            if is_safe(text, split, bool(found["stop"])):
                return split
    return None


def is_safe(text: str, split: Split, comma: bool) -> bool:
    """Whether both halves keep their meaning when they stand alone."""
    before, after = text[: split.end], text[split.start :]
    if len(split_words(before)) < SHORTEST or len(split_words(after)) < SHORTEST:
        return False
    clause = before if split.joint != "because" else re.split(r",", before)[-1]
    if _REPORT.search(clause) or _QUALIFIED.search(before):
        return False
    if split.joint == "because" and re.match(r"it (?:is|was)\b", clause.strip(), re.IGNORECASE):
        return False
    if split.joint == "because" and not comma and _NEGATION.search(clause):
        return False
    return has_own_subject(after)


def has_own_subject(clause: str) -> bool:
    """Whether a clause, after its conjunction, brings a subject and a finite verb."""
    words = split_words(clause)[1:]
    low = [word.casefold() for word in words]
    if not low:
        return False
    if low[0] in SUBJECT_PRONOUNS - _ALSO_ADVERBS and len(low) > 1:
        return True
    starts = low[0] in DETERMINERS | _ALSO_ADVERBS or is_capital(words[0]) or low[0].endswith("s")
    starts = starts or split_words(clause)[0].casefold() == "because"
    return starts and any(_is_verb(word) for word in low[1:9])


def _is_verb(word: str) -> bool:
    known = word in AUXILIARIES or word in IRREGULAR_PAST or word in PRESENT
    return known or (len(word) > 4 and word.endswith("ed"))
