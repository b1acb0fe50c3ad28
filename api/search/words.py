"""What a search asks the database, out of what a person typed."""

import re
from dataclasses import dataclass

_LAST = re.compile(r"(?<![\w\"-])[^\W_]{2,}$")
"""Behind a quotation mark or a minus the last word means something else."""


@dataclass(frozen=True)
class Words:
    """A search's words, and the last of them as the beginning of one."""

    words: str
    head: str
    """All but the last."""
    prefix: str
    """The last, of letters and digits; empty: none that may be continued."""


def read_words(typed: str) -> Words:
    """The words of a search as it was typed."""
    typed = typed.strip()
    found = None if '"' in typed else _LAST.search(typed)
    if found is None:
        return Words(typed, "", "")
    return Words(typed, typed[: found.start()], found.group())
