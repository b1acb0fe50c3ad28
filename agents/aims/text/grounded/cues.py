"""Which question a sentence answers, read off its surface.

The question is chosen by the answer that follows, so that the two always fit.
"""

import re
from dataclasses import dataclass

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.lexicon import IMPERATIVES
from agents.aims.text.grounded.names import PERSON, find_amounts
from agents.aims.text.grounded.traits import Traits
from agents.aims.text.grounded.words import content_stems, split_words

YEAR = re.compile(r"\b(1[0-9]\d\d|20\d\d)s?\b")

_LATER = re.compile(
    r"^(?:then|later|next|afterwards|eventually|finally|soon|in the end|at last|after (?:that|this)"
    r"|from then on|since then|(?:\w+ )?(?:days?|weeks?|months?|years?|decades?|hours?) later"
    r"|within \w+ (?:days?|weeks?|months?|years?)|the next (?:day|week|month|year|morning))\b",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"^(?:today|these days|nowadays|at present|currently)\b|\b(?:is|are|has|have) now (?=\w)", re.I
)
_FUTURE = re.compile(
    r"^(?:in the (?:distant |near )?future|by 20[3-9]\d)\b|\b(?:plans? to|expects? to|hopes? to)\b",
    re.I,
)
_ORIGIN = re.compile(
    r"\b(?:first proposed|was (?:founded|established|invented) (?:in|by|on)"
    r"|(?:dates|goes) back to|the idea (?:came|was born))\b",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:problems?|difficult\w*|obstacles?|fail(?:s|ed|ure|ures)?|went wrong|goes wrong"
    r"|warn(?:s|ed)|risks?"
    r"|dangers?|dangerous|opponents?|objections?|critics?|criticis\w+|complain\w*|trouble"
    r"|sceptical|skeptical|leaks?|leaked|drawbacks?|disadvantages?|shortage)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:stud(?:y|ies)|researchers|scientists|experiments?|surveys?|trials?|tests"
    r"|measurements?|the data|fossils?) (?:\w+ ){0,2}?(?:found|show(?:s|ed|n)?|suggest(?:s|ed)?"
    r"|prove[sd]?|confirm(?:s|ed)?|measured|compared|reveal(?:s|ed)?)\b"
    r"|\bevidence (?:shows|suggests|for)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]\s?\d|\b\d[\d,.]* (?:(?:million|billion) )?(?:dollars|euros|pounds|francs"
    r"|cents|guineas)\b"
    r"|\b(?:cost|price|wages?|budget|rent)\b.*\b(?:dollars|euros|pounds|pence|penny"
    r"|cheap(?:er|est)?|expensive|fell|rose)\b",
    re.I,
)
_COMPARED = re.compile(
    r"\b(?:compared|by contrast|in contrast|unlike|whereas|than in|elsewhere|in other (?:towns"
    r"|cities|countries|places))\b",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"^(?:, (?:an?|who|the [a-z]+) | was an? | (?:had been|worked as) an? )")
_NAMING = re.compile(r"\b(?:man|woman|boy|girl|engineer|doctor|clerk|officer) (?:named|called) $")
_SUPERLATIVE = re.compile(
    r"\b(?:the most \w+|the (?:largest|biggest|longest|oldest|highest|best|worst|greatest"
    r"|strongest))\b",
    re.I,
)
_PAST = re.compile(r"\b(?:was|were|had|did)\b|\b\w{3,}ed\b")
_FAULT = re.compile(
    r"^(?:if|when)\b[^,]*\b(?:too|not|smells?|slimy|cold|wrong)\b[^,]*, (?:it (?:needs|lacks|is)\b"
    r"|there is\b|(?:"
    + "|".join(sorted(IMPERATIVES))
    + r")\b)|\b(?:is|are) (?:a |the )?signs? of\b|\b(?:usually|almost always) (?:means|lacks)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:turn(?:s|ed)?|pull(?:s|ed)?|push(?:es|ed)?|works?|moves?|flows?|rises?|drawn|means"
    r"|slows?|bulges?|grows?|heat|holds?|feeds?)\b"
)
_MEANS = re.compile(r"\bby \w+ing\b|\bso that\b|^(?:when|as|if)\b|\bwhich \w+s\b", re.I)


@dataclass(frozen=True)
class Cue:
    """A kind of question (a category of the bank) and how well the sentence answers it, 0 to 4."""

    category: str
    fit: float


# Questions about what was just said: they need an answer that speaks of the same thing.
ABOUT_BEFORE = frozenset(
    {"evidence", "comparison", "numbers", "mechanism", "standout", "fault", "quote", "problem",
     "money", "origin"}
)  # fmt: skip


def find_cues(
    sentence: Sentence, traits: Traits, before: Sentence | None, last_year: int | None
) -> list[Cue]:
    """The questions that a sentence answers, the best first.

    One cue word is not enough where a question looks back: the sentence has to hang on the one
    ``before``, or to share a word with it.
    """
    cues = [*_from_words(sentence, traits), *_from_time(sentence, before, last_year)]
    if before and _is_count(sentence, before):
        cues.append(Cue("numbers", 2.2))
    if before is None or not is_tied(before, sentence, traits):
        cues = [cue for cue in cues if cue.category not in ABOUT_BEFORE]
    return sorted([*_from_marker(traits), *cues], key=lambda cue: -cue.fit)


def is_tied(before: Sentence, sentence: Sentence, traits: Traits) -> bool:
    """Whether a sentence goes on about what the one before it speaks of."""
    if sentence.number != before.number + 1 or sentence.source_id != before.source_id:
        return False
    shared = set(content_stems(before.text)) & set(content_stems(sentence.text))
    return bool(shared) or (not traits.opener and sentence.paragraph == before.paragraph)


def begins_later(sentence: Sentence, last_year: int | None) -> bool:
    """Whether a sentence begins with a year after every year that was just spoken of."""
    years = [int(year) for year in YEAR.findall(sentence.text[:40])]
    return bool(years) and last_year is not None and min(years) > last_year


def _from_marker(traits: Traits) -> list[Cue]:
    marker = traits.marker
    if marker is None or marker.link == "contrast":
        return []
    return [Cue(marker.link, 4.0 if marker.length else 2.8)]


def _from_words(sentence: Sentence, traits: Traits) -> list[Cue]:
    text, head = sentence.text, " ".join(split_words(sentence.text)[:12])
    found = [
        (traits.quote, Cue("quote", 1.2)),
        (traits.imperative, Cue("advice", 2.4)),
        (_FAULT.search(text), Cue("fault", 2.5)),
        (_EVIDENCE.search(text), Cue("evidence", 2.6)),
        (_MONEY.search(text), Cue("money", 2.3)),
        (_PROBLEM.search(head), Cue("problem", 1.9)),
        (_ORIGIN.search(text), Cue("origin", 2.0)),
        (_TODAY.search(text), Cue("today", 2.3)),
        (_FUTURE.search(text), Cue("future", 2.2)),
        (_COMPARED.search(text), Cue("comparison", 1.6)),
        (introduces_person(text, traits), Cue("people", 1.9)),
        (len(_hard_amounts(text)) >= 2, Cue("numbers", 1.8)),
        (len(_hard_amounts(text)) == 1, Cue("numbers", 0.9)),
        (_SUPERLATIVE.search(text), Cue("standout", 1.0)),
        (
            not _PAST.search(text)
            and _CHANGE.search(text)
            and _MEANS.search(text)
            and not traits.first_person,
            Cue("mechanism", 1.1),
        ),
    ]
    return [cue for fits, cue in found if fits]


def _hard_amounts(text: str) -> list[tuple[int, int]]:
    """Amounts worth asking for: digits, not the odd "two"."""
    return [(a, b) for a, b in find_amounts(text) if any(c.isdigit() for c in text[a:b])]


def introduces_person(text: str, traits: Traits) -> bool:
    """Whether a sentence brings in somebody by full name."""
    person = PERSON.search(text)
    if not person or person.start() >= 60 or traits.quote:
        return False
    named = _NAMING.search(text[: person.start()])
    return bool(named or _INTRODUCED.match(text[person.end() :]))


def _from_time(sentence: Sentence, before: Sentence | None, last_year: int | None) -> list[Cue]:
    """A question for what came next: only where the sentence itself says that it came later."""
    if not _PAST.search(sentence.text):
        return []
    if before is None or sentence.paragraph != before.paragraph:
        return [Cue("jump", 2.0)] if begins_later(sentence, last_year) else []
    if _LATER.match(sentence.text) or begins_later(sentence, last_year):
        return [Cue("next", 2.1)]
    return []


def _is_count(sentence: Sentence, before: Sentence) -> bool:
    """Whether a short plural statement is followed by a number: "How many?" lies in the air."""
    short = 3 <= len(split_words(before.text)) <= 7
    return short and any(b < 50 for _, b in _hard_amounts(sentence.text))


def latest_year(text: str, known: int | None) -> int | None:
    """The last year that was spoken of, given a further sentence."""
    years = [int(year) for year in YEAR.findall(text)]
    return max(years) if years else known


_ECHO_TAIL = re.compile(
    r"(?:\s(?!of\b|a\b|an\b|in\b|to\b|and\b|for\b|at\b|on\b|with\b|from\b|by\b|the\b|or\b|is\b"
    r"|was\b"
    r"|were\b|are\b|had\b|has\b|that\b|who\b|which\b|than\b|each\b|every\b|later\b|ago\b|after\b"
    r"|before\b|per\b|when\b|until\b|as\b|it\b|could\b|can\b|would\b|will\b|may\b)[a-zß-ÿ-]+){1,2}"
    r"(?=[.,;!?]|$)"
)


def find_echo(text: str) -> tuple[int, int] | None:
    """The span of an amount near the end of a sentence that a host could repeat in wonder."""
    for start, end in reversed(find_amounts(text)):
        tail = _ECHO_TAIL.match(text, end)
        percent = re.match(r".*(?:%|percent|per cent)$", text[start:end])
        stop = tail.end() if tail else end
        alone = percent and not tail
        striking = any(letter.isdigit() for letter in text[start:end]) and text[start] not in "01"
        if (tail or alone) and striking and len(split_words(text[stop:])) <= 9:
            return start, stop
    return None
