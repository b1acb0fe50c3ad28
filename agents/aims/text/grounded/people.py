"""Whether a text speaks of a person, so that "he" or "she" after it stands for somebody, or of a
company or the like, so that "the company" does.
"""

import re

from agents.aims.text.grounded.lexicon import STOP, words_of
from agents.aims.text.grounded.names import MONTHS, PERSON, find_names

_ROLES = words_of("""
    actor actress artist astronaut author bishop boy brother candidate captain chairman chairwoman
    chancellor chief child coach commander composer daughter defendant detective director doctor
    driver engineer farmer father fisherman founder girl governor grandfather grandmother husband
    inventor journalist judge keeper king lawyer leader man manager mayor minister miner mother
    musician novelist nurse officer owner painter patient pilot player poet policeman pope premier
    president priest prince princess prisoner professor prosecutor queen researcher runner sailor
    scientist senator singer sister soldier spokesman spokeswoman striker student surgeon suspect
    teacher teenager victim widow wife winner woman worker writer
""")
_PLACED = re.compile(
    r"\b(?:the|in|at|on|near|off|from|across|around|outside|inside)\s+$", re.IGNORECASE
)
_LOOKED_BACK = 12
_GENERAL = re.compile(
    r"[\"“]?The (?P<noun>company|firm|group|corporation|carmaker|airline|retailer|manufacturer"
    r"|operator|chain|start-?up|club|team|agency|man|woman|boy|girl|teenager|suspect|victim|couple"
    r"|pair|trio|actor|actress|singer|striker|midfielder|\d+-year-old)(?:['’]s)?\b"
    r"(?!,? (?:of|that|which|who|whose|behind|in|at|from|with|[A-ZÀ-Þ]))"
)
"""A subject that says nothing of itself: "The company employs 410 people"."""


def names_somebody(text: str) -> bool:
    """Whether a text holds a role, a name of several words, or one of one that is no place's.

    "The Senate" and "in Lisbon" are nobody.
    """
    if any(word in _ROLES for word in re.findall(r"[a-z]+", text.casefold())):
        return True
    if names_in_full(text):
        return True
    return any(_stands_alone(name, text) for name in find_names(text))


def refers_back(text: str) -> str | None:
    """The word of a sentence's subject that means what was named before it ("The company …")."""
    found = _GENERAL.match(text)
    return found["noun"] if found else None


def introduces(text: str, noun: str, common: frozenset[str]) -> bool:
    """Whether a text says whom or what "the company" after it means: by the word or by a name.

    ``common`` are words that are no names, though a sentence may begin with one.
    """
    if re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE):
        return True
    return any(_stands_alone(name, text) for name in find_names(text, common))


def names_in_full(text: str) -> bool:
    """Whether a name of several words stands in a text."""
    return any(_is_name(found, text) for found in PERSON.finditer(text))


def _is_name(found: "re.Match[str]", text: str) -> bool:
    words = [word.strip(".,").casefold() for word in found[0].split()]
    placed = _PLACED.search(text[max(0, found.start() - _LOOKED_BACK) : found.start()])
    return not placed and not any(word in STOP or word in MONTHS for word in words)


def _stands_alone(name: str, text: str) -> bool:
    if name.isupper() or name[0].isdigit() or name.casefold() in MONTHS | STOP:
        return False
    return any(
        not _PLACED.search(text[max(0, found.start() - _LOOKED_BACK) : found.start()])
        for found in re.finditer(rf"\b{re.escape(name)}\b", text)
    )
