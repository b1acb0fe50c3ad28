"""How a heading is spoken: by what kind of phrase it is."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b

from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    IRREGULAR_PAST,
    NUMBER_WORDS,
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
    if "to" in words:
        return "label"
    if re.match(
        r"(?:an?|the) [\w-]+ (?:built|made|\w+ed|born|lost|found|won|held) (?:in|by|on|for|from"
        r"|at|with|of|under|to)\b",
        heading,
        re.I,
    ):
        return "noun"
    if len(words) >= 3 and words[-1].endswith("s") and not words[-1].endswith("ss"):
        return "label"
    return (
        "label" if any(map(_may_be_verb, words[:-1])) or _may_be_verb(words[-1], True) else "noun"
    )


def _may_be_verb(word: str, last: bool = False) -> bool:
    if word in AUXILIARIES or word in IRREGULAR_PAST or (word in PRESENT and not last):
        return True
    return (
        not last
        and word not in DETERMINERS
        and word not in STOP
        and (word.endswith(("s", "ed")) and not word.endswith(("ss", "'s", "’s")))
    )


def in_sentence(heading: str, text: str) -> str:
    """The heading as it stands inside a sentence: words that the text knows in lower case, so."""
    return _KNOWN.find(heading, text)


@dataclass
class Casings:
    """Headings as they stand inside a sentence, of the last so many asked for.

    They are known by a digest of the text that decided: no caller's text is kept.
    """

    most: int
    known: OrderedDict[tuple[str, bytes], str] = field(default_factory=OrderedDict)

    def find(self, heading: str, text: str) -> str:
        """The heading as the text writes its words."""
        key = heading, blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        found = self.known.get(key)
        if found is None:
            words = heading.split(" ")
            found = " ".join(_lower(word, text, place == 0) for place, word in enumerate(words))
            self.known[key] = found
            while len(self.known) > self.most:
                self.known.popitem(last=False)
        return found


_KNOWN = Casings(most=1024)


def _lower(word: str, text: str, first: bool) -> str:
    bare = word.strip('.,;:?!“”"()')
    if not bare[:1].isupper() or bare[1:2].isupper():
        return word
    low = bare.casefold()
    common = low in STOP or low in NUMBER_WORDS or re.search(rf"\b{re.escape(low)}\b", text)
    proper = re.search(rf"[a-z,] {re.escape(bare)}\b", text) and low not in STOP
    gerund = first and low.endswith("ing") and not proper
    return word.replace(bare[0], bare[0].lower(), 1) if (common and not proper) or gerund else word
