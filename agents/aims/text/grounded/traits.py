"""What the writer has to know of each sentence before it may lift it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from agents.aims.text.grounded.document import Document, Sentence, is_open
from agents.aims.text.grounded.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    FIRST_PERSON,
    GRIM,
    IMPERATIVES,
    IRREGULAR_PAST,
    LEANING,
    POINTING,
    PRESENT,
    STOP,
    words_of,
)
from agents.aims.text.grounded.markers import Marker, find_marker
from agents.aims.text.grounded.names import MONTHS, PERSON, find_names, is_capital
from agents.aims.text.grounded.timing import reference_seconds
from agents.aims.text.grounded.words import split_words

PRESENT_THIRD = frozenset(word for word in PRESENT if word.endswith("s"))
SHORTEST, LONGEST = 3, 55
SHORTEST_OPENER = 5
DIGITS_ALLOWED = 0.25

_DEBRIS = re.compile(
    r"https?:|www\.|[{}<>|\\=~^]|\[\d+\]\s*\[|_\w|::|\w\(\)|©|copyright|all rights reserved"
    r"|click here|subscribe|sign up|cookie|see also|read more|photo(?:graph)? (?:by|:)"
    r"|image (?:by|:|credit)|isbn|doi:|\betc\.\.|\b(?:figure|table|fig\.|eq\.|equation) \d"
    r"|\b(?:listing|chapter|section|appendix|exercise) \d|(?:\w+@\w+)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|their|it|its)\b", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:said|says|wrote|writes|told|recalled|recalls|asked|added|argued)\b")
_AFTER_VERBS = words_of("to that it them him her us me up down out off away from into onto")
_NEW_CLAUSE = re.compile(r",|\b(?:and|but|or|that|when|while|which|who|because|until|before)\b")
_ADDED = re.compile(r"\b(?:as well|too)[.!]$")
_EXPLETIVE = re.compile(r"^(?:there (?:is|are|was|were|has|have)|it is (?:said|known))\b", re.I)


@dataclass(frozen=True)
class Traits:
    """Facts about one sentence; ``seconds`` at the reference pace."""

    words: int
    seconds: float
    usable: bool
    opener: bool
    grim: bool
    marker: Marker | None
    quote: bool
    question: bool
    imperative: bool
    first_person: bool
    names: frozenset[str]
    needs: int | None


@lru_cache(maxsize=16)
def read_traits(document: Document) -> tuple[Traits, ...]:
    """The traits of every sentence of a document."""
    lower = frozenset(re.findall(r"\b[^\W\d_A-Z][\w’'-]*", document.text))
    needs = find_needs(document)
    return tuple(_read(s, lower, needs.get(s.number)) for s in document.sentences)


def _read(sentence: Sentence, lower: frozenset[str], needs: int | None) -> Traits:
    text = sentence.text
    words = split_words(text)
    first = words[0].casefold() if words else ""
    return Traits(
        words=len(words),
        seconds=reference_seconds(text),
        usable=is_usable(sentence, words),
        opener=is_opener(text) or begins_document(sentence),
        grim=bool(GRIM.search(text)),
        marker=find_marker(text),
        quote=bool(re.search(r"[\"“]", text) and _SAYS.search(text)),
        question=text.endswith("?"),
        imperative=first in IMPERATIVES and not is_predicate(words[1:2]),
        first_person=bool(FIRST_PERSON.search(re.sub(r"[\"“][^\"”]*[\"”]?", "", text))),
        names=frozenset(find_names(text, lower)),
        needs=needs,
    )


def is_predicate(words: list[str]) -> bool:
    """Whether a word after the first makes that one a subject ("Work began …")."""
    low = [word.casefold() for word in words]
    return any(
        word in AUXILIARIES or word in IRREGULAR_PAST or word in PRESENT_THIRD for word in low
    ) or any(word.endswith("ed") and len(word) > 4 for word in low)


def is_usable(sentence: Sentence, words: list[str]) -> bool:
    """Whether a sentence can be spoken at all: whole, prose, of a bearable length."""
    text = sentence.text
    if sentence.item or not SHORTEST <= len(words) <= LONGEST:
        return False
    if not re.search(r"[.!?][\"”’')]*$", text) or not re.match(r"[\"“‘(]?[^\W_a-zß-öø-ÿ]", text):
        return False
    digits = sum(letter.isdigit() for letter in text)
    letters = sum(letter.isalpha() or letter.isspace() for letter in text)
    if digits > DIGITS_ALLOWED * len(text) or letters < 0.6 * len(text):
        return False
    return not (is_open(text) or _DEBRIS.search(text)) and has_verb(words)


def has_verb(words: list[str]) -> bool:
    """Whether some word looks like a finite verb; the first may be an imperative."""
    low = [word.casefold().replace("’", "'") for word in words]
    if low[0] in IMPERATIVES:
        return True
    return any(
        word in AUXILIARIES
        or word in IRREGULAR_PAST
        or word in PRESENT
        or (word.endswith("ed") and len(word) > 3)
        or word.endswith(("n't", "'re", "'ve", "'ll"))
        for word in low
    ) or any(_acts(a, b) for a, b in pairwise(low[1:8]))


def _acts(word: str, after: str) -> bool:
    """Whether a word in -s is followed by what a verb, and hardly a noun, is followed by."""
    return word.endswith("s") and len(word) > 3 and (after in DETERMINERS or after in _AFTER_VERBS)


def is_opener(text: str) -> bool:
    """Whether a sentence can stand without the one before it."""
    if len(split_words(text)) < SHORTEST_OPENER or find_marker(text) or _ADDED.search(text):
        return False
    if text[0] in '"“' and not _SAYS.search(text):
        return False
    if LEANING.match(text) and not _EXPLETIVE.match(text):
        return False
    clause = first_clause(text)
    if POINTING.search(clause):
        return False
    pronoun = _PRONOUN.search(re.sub(r"[\"“][^\"”]*[\"”]", " ", text))
    return pronoun is None or has_antecedent(text[: pronoun.start()], pronoun[0].casefold())


def first_clause(text: str) -> str:
    """A sentence up to its first comma, an inserted word ("Why, then, did …") passed over."""
    found = re.match(r"(?:\w+,\s+){0,2}[^,;:]*", text)
    return found[0] if found else text


def begins_document(sentence: Sentence) -> bool:
    """Whether a sentence is one of a document's first two, which nothing comes before."""
    first = split_words(sentence.text)[:1]
    pronoun = bool(first) and bool(_PRONOUN.fullmatch(first[0]))
    return sentence.number < 2 and not pronoun and find_marker(sentence.text) is None


def has_antecedent(before: str, pronoun: str) -> bool:
    """Whether the words before a pronoun name what it may stand for."""
    words = split_words(before)
    if pronoun in {"he", "she", "him", "her", "his", "hers"}:
        named = any(is_capital(w) and w.casefold() not in MONTHS for w in words[1:])
        return named or any(_is_full_name(name) for name in PERSON.findall(before))
    possessive = pronoun in {"its", "their"}
    plural = bool(words) and words[0].casefold().endswith("s")
    named = any(is_capital(word) for word in words[1:]) or plural
    led = named or any(word.casefold() in DETERMINERS for word in words[:-1])
    if possessive or pronoun == "they":
        return led and len(words) >= 2
    # An object hardly stands for the subject of its own clause.
    return led and len(words) >= 6 and bool(_NEW_CLAUSE.search(before))


def _is_full_name(name: str) -> bool:
    """Whether capitalised words may name a person: "In October" does not."""
    return not any(w.casefold() in MONTHS or w.casefold() in STOP for w in name.split())


_ALONE = re.compile(r"(?<![A-ZÀ-Þ])\b[A-ZÀ-Þ][\w’'-]+")


def find_needs(document: Document) -> dict[int, int]:
    """For each sentence that uses a bare surname or an abbreviation, the one that explains it."""
    explained: dict[str, int] = {}
    paired: dict[str, int] = {}
    needs: dict[int, int] = {}
    for sentence in document.sentences:
        for word in re.findall(r"\b[A-ZÀ-Þ][\w-]+", sentence.text):
            first = explained.get(word)
            if first is not None and first != sentence.number:
                needs[sentence.number] = max(first, needs.get(sentence.number, -1))
        opening = bare_opening(sentence.text)
        if opening in paired and paired[opening] != sentence.number:
            needs[sentence.number] = max(paired[opening], needs.get(sentence.number, -1))
        for name in _introduced(sentence.text):
            explained.setdefault(name, sentence.number)
        for name in _pairs(sentence.text):
            paired.setdefault(name, sentence.number)
    title = set(split_words(document.title))
    return {s: e for s, e in needs.items() if not _known(document, s, e, title)}


def bare_opening(text: str) -> str:
    """The name that a sentence begins with, if it stands alone ("Mary began …")."""
    found = re.match(r"([A-ZÀ-Þ][\w-]+)(?:['’]s)? (?![A-ZÀ-Þ])", text)
    return found[1] if found and found[1].casefold() not in STOP else ""


def _pairs(text: str) -> set[str]:
    """Words of names that consist of several, as a reader first meets them."""
    return {word for match in PERSON.finditer(text) for word in match[0].split()}


def _introduced(text: str) -> set[str]:
    """Surnames and abbreviations that a sentence introduces in full."""
    people = {match[0].split()[-1] for match in PERSON.finditer(text) if _is_person(text, match)}
    return people | set(re.findall(r"\(([A-Z]{2,6})\)", text))


def _is_person(text: str, match: "re.Match[str]") -> bool:
    around = text[max(0, match.start() - 25) : match.start()] + "|" + text[match.end() :][:25]
    cue = (
        r"(?:named|called|Mrs?\.|Ms\.|Dr\.|Sir|Professor|engineer|was born)\s*\|?|\|, (?:who|an? )"
    )
    hired = r"(?:hired|was|said|by)\s+\||\|(?:,| ran| said| wrote| discovered| drew| worked| found)"
    return bool(re.search(cue, around) or re.search(hired, around))


def _known(document: Document, sentence: int, explained: int, title: set[str]) -> bool:
    """Whether all names that two sentences share stand in the title: then nobody need explain."""
    text = document.sentences[explained].text
    shared = {name for name in _introduced(text) | _pairs(text) if name.casefold() not in STOP}
    used = shared & set(split_words(document.sentences[sentence].text))
    return used <= title
