"""Which question a sentence answers, read off its surface.

The question is chosen by the answer that follows, so that the two always fit.
"""

import re
from dataclasses import dataclass

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.names import PERSON, find_amounts
from agents.aims.text.grounded.traits import Traits
from agents.aims.text.grounded.words import split_words

YEAR = re.compile(r"\b(1[0-9]\d\d|20\d\d)s?\b")

_LATER = re.compile(
    r"^(?:then|later|next|afterwards|eventually|finally|soon|in the end|at last|after (?:that|this)"
    r"|from then on|since then|(?:\w+ )?(?:days?|weeks?|months?|years?|decades?|hours?) later"
    r"|within \w+ (?:days?|weeks?|months?|years?)|the next (?:day|week|month|year|morning))\b",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"^(?:today|now|these days|nowadays|at present|currently)\b|\b(?:is|are|has|have) now\b", re.I
)
_FUTURE = re.compile(
    r"^(?:in the (?:distant |near )?future|by 20[3-9]\d)\b|\b(?:plans? to|expects? to|hopes? to)\b",
    re.I,
)
_ORIGIN = re.compile(
    r"\b(?:first proposed|was (?:born|founded|established|invented|built) (?:in|by|on)|began in"
    r"|started in"
    r"|originally|dates? back|goes back to|the idea (?:came|was born))\b",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:problems?|difficult\w*|obstacles?|fail(?:s|ed|ure|ures)?|went wrong|goes wrong"
    r"|warn(?:s|ed|ings?)|risks?"
    r"|dangers?|dangerous|opponents?|objections?|critics?|criticis\w+|complain\w*|mistakes?|trouble"
    r"|sceptical|skeptical|louder|leaks?|leaked|drawbacks?|disadvantages?|worse|damage[sd]?"
    r"|shortage)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:stud(?:y|ies) (?:found|show\w*|suggest\w*)|researchers|scientists (?:found|measured"
    r"|compared)"
    r"|trials?|experiments?|survey\w*|tests (?:on|of|show\w*)|fossil\w*|measure this|data show\w*"
    r"|evidence (?:shows|suggests|for))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]\s?\d|\b(?:dollars|euros|million in|budget|price|cheap(?:er|est)?|expensive)\b", re.I
)
_COMPARED = re.compile(
    r"\b(?:compared|by contrast|in contrast|unlike|whereas|than in|elsewhere|in other (?:towns"
    r"|cities|countries|places))\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:named|called|was an?|, an? \w+(?: \w+)?,|, who|hired|man in charge|woman in charge)\b"
)
_SUPERLATIVE = re.compile(
    r"\b(?:the most \w+|the (?:largest|biggest|longest|oldest|highest|best|worst|greatest"
    r"|strongest))\b",
    re.I,
)
_PAST = re.compile(r"\b(?:was|were|had|did)\b|\b\w{3,}ed\b")
_FAULT = re.compile(
    r"^(?:if|when)\b.*\b(?:too|not|smells?|slimy|cold|wrong)\b|\b(?:is|are) (?:a "
    r"|the )?signs? of\b|\b(?:usually|almost always) (?:means|lacks)\b",
    re.I,
)
_PLACE = re.compile(
    r"^(?:in|at|on|near|off|along|around|outside) (?:the )?[A-ZÀ-Þ](?!\w*uary|\w*ember|\w*tober"
    r"|pril|une |uly |ugust|arch )[a-zß-ÿ]+"
)
_CHANGE = re.compile(
    r"\b(?:turn(?:s|ed)?|pull(?:s|ed)?|push(?:es|ed)?|works?|moves?|flows?|rises?|drawn|means"
    r"|slows?|bulges?|grows?|heat|holds?|feeds?)\b"
)


@dataclass(frozen=True)
class Cue:
    """A kind of question (a category of the bank) and how well the sentence answers it, 0 to 4."""

    category: str
    fit: float


def find_cues(
    sentence: Sentence, traits: Traits, before: Sentence | None, last_year: int | None
) -> list[Cue]:
    """The questions that a sentence answers, the best first."""
    cues = [*_from_marker(traits), *_from_words(sentence, traits), *_from_time(sentence, last_year)]
    if before and _is_count(sentence, before):
        cues.append(Cue("numbers", 2.2))
    return sorted(cues, key=lambda cue: -cue.fit)


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
        (_PLACE.search(text), Cue("place", 1.7)),
        (introduces_person(text, traits), Cue("people", 1.9)),
        (len(_hard_amounts(text)) >= 2, Cue("numbers", 1.8)),
        (len(_hard_amounts(text)) == 1, Cue("numbers", 0.9)),
        (_SUPERLATIVE.search(text), Cue("standout", 1.0)),
        (
            not _PAST.search(text) and _CHANGE.search(text) and not traits.first_person,
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
    return bool(person and _PEOPLE.search(text) and person.start() < 60 and not traits.quote)


def _from_time(sentence: Sentence, last_year: int | None) -> list[Cue]:
    text = sentence.text
    if not _PAST.search(text):
        return []
    years = [int(year) for year in YEAR.findall(text[:40])]
    moved_on = bool(years and last_year and min(years) >= last_year)
    if _LATER.match(text) or moved_on:
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
