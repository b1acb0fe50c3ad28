"""Whether a text speaks of a person, so that "he" or "she" after it stands for somebody."""

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
    r"\b(?:the|in|at|on|near|from|across|around|outside|inside)\s+$", re.IGNORECASE
)
_LOOKED_BACK = 12


def names_somebody(text: str) -> bool:
    """Whether a text holds a role, a name of several words, or one of one that is no place's.

    "The Senate" and "in Lisbon" are nobody.
    """
    if any(word in _ROLES for word in re.findall(r"[a-z]+", text.casefold())):
        return True
    if names_in_full(text):
        return True
    return any(_stands_alone(name, text) for name in find_names(text))


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
