"""The order of the rules.

What looks most special is spoken first: an address before its dots and digits, a sum of money
before its number, a date before its day, a range before its ends. Whatever number remains is
said as a number, whatever sign remains by its name; so nothing that is spoken is lost.
"""

import re

from agents.aims.speech.normalise import (
    calendar,
    figures,
    measures,
    money,
    signs,
    titles,
    web,
)
from agents.aims.speech.normalise.rule import apply_all

RULES = [
    *web.RULES,
    *figures.TELEPHONES,
    *signs.BRACKETS,
    *titles.RULES,
    *money.RULES,
    *measures.RULES,
    *calendar.RULES,
    *figures.RULES,
    *signs.LEFTOVERS,
    *signs.PUNCTUATION,
]
_WORD = re.compile(r"[^\W\d_]{2,}")


def spell_out(text: str) -> str:
    """Write ``text`` as it is spoken: letters, apostrophes, hyphens and plain punctuation."""
    return apply_all(RULES, _calm(signs.settle(text))).strip()


def _calm(text: str) -> str:
    """A text all in capitals is no row of acronyms."""
    words = _WORD.findall(text)
    shouted = [word for word in words if word.isupper()]
    loud = len(words) > 3 and len(shouted) == len(words)
    return text.capitalize() if loud else text
