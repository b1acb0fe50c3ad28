"""The gate for lines that state a fact."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.tasks import Line, Span
from agents.pswa.difference import Difference, compare, may_begin
from agents.pswa.evidence import missing_names, missing_numbers, tokenise
from agents.pswa.ground import Ground, collapse

LONGEST_REPLACEMENT = 70
_HANGING = re.compile(
    r"^[\"“]?(?:he|she|they|it|this|these|those|his|her|their|its)\b", re.IGNORECASE
)
_ACCORDING = re.compile(r"^According to [“\"]?(?P<title>[^”\"]+?)[”\"]?, ")

Key = tuple[str, int]


@dataclass(frozen=True)
class Reading:
    """A fact line beside the sentences that it cites."""

    line: Line
    sentences: tuple[Sentence, ...]
    differences: tuple[Difference, ...]


def read_fact(line: Line, ground: Ground) -> Reading | str:
    """Set a line beside its sources, or say what is wrong with its citations."""
    if not line.citations:
        return "it cites nothing"
    if not all(map(ground.holds, line.citations)):
        return "a citation points outside its source"
    sentences = cited_sentences(line.citations, ground)
    if not sentences:
        return "a citation holds no sentence"
    words = strip_attribution(line, ground)
    cited = " ".join(ground.read(span) for span in line.citations)
    for missing, what in [
        (missing_numbers(words, cited), "number"),
        (missing_names(words, cited), "name"),
    ]:
        if missing:
            return f"{what} {missing[0]!r} does not stand in its span"
    return Reading(line, sentences, align(words, sentences))


def cited_sentences(spans: Iterable[Span], ground: Ground) -> tuple[Sentence, ...]:
    """The sentences that spans touch, each once, in order of citation."""
    found: dict[Key, Sentence] = {}
    for span in spans:
        for sentence in ground.sentences(span):
            found.setdefault(key_of(sentence), sentence)
    return tuple(found.values())


def key_of(sentence: Sentence) -> Key:
    """What tells a sentence from all others."""
    return sentence.source_id, sentence.number


def strip_attribution(line: Line, ground: Ground) -> str:
    """The line without "According to <title>," where that is the title of what it cites."""
    found = _ACCORDING.match(line.text)
    if not found:
        return line.text
    titles = {ground.documents[span.source_id].title.casefold() for span in line.citations}
    named = found["title"].casefold() in titles
    return line.text[found.end() :] if named else line.text


def align(words: str, sentences: tuple[Sentence, ...]) -> tuple[Difference, ...]:
    """The difference of a line to each of its sentences.

    A line over several sentences is cut where its own sentences end, so that each is compared
    with its counterpart; where the numbers differ, all is compared with all.
    """
    if len(sentences) == 1:
        return (compare(words, sentences[0].text),)
    whole = compare(words, " ".join(sentence.text for sentence in sentences))
    places, at = [], 0
    for sentence in sentences:
        count = len(tokenise(sentence.text))
        places.append(_slice(whole, at, at + count))
        at += count
    first = places[0]
    return (Difference(first.spoken, first.lost, whole.added), *places[1:])


def _slice(whole: Difference, start: int, end: int) -> Difference:
    spoken = frozenset(n - start for n in whole.spoken if start <= n < end)
    lost = tuple(
        (max(a, start) - start, min(b, end) - start) for a, b in whole.lost if a < end and b > start
    )
    return Difference(spoken, lost if spoken else (), ())


def judge(reading: Reading, others: list[Reading]) -> str | None:
    """What is wrong with a fact line, given the other fact lines of its part; None if nothing."""
    added = [word for difference in reading.differences for word in difference.added]
    if added:
        return f"it adds {added[0]!r}"
    if not any(difference.spoken for difference in reading.differences):
        return "it says nothing of what it cites"
    for sentence, difference in zip(reading.sentences, reading.differences, strict=True):
        if difference.lost and not shared(sentence, difference, others):
            a, b = difference.lost[0]
            gone = " ".join(token.text for token in tokenise(sentence.text)[a:b])
            return f"it leaves out {gone!r}"
    return None


def shared(sentence: Sentence, difference: Difference, others: list[Reading]) -> bool:
    """Whether other lines say what this one leaves out of a sentence, cut at safe places."""
    pieces = [difference.spoken]
    for reading in others:
        for other, theirs in zip(reading.sentences, reading.differences, strict=True):
            if key_of(other) == key_of(sentence) and not theirs.added:
                pieces.append(theirs.spoken)
    said = frozenset().union(*pieces)
    lost = {n for a, b in difference.lost for n in range(a, b)}
    return lost <= said and all(is_clause(sentence.text, piece) for piece in pieces if piece)


def is_clause(sentence: str, piece: frozenset[int]) -> bool:
    """Whether a piece of a sentence is one stretch of words that may begin where it does."""
    start, end = min(piece), max(piece)
    if end - start + 1 != len(piece):
        return start == 0 or may_begin(sentence, start)
    return may_begin(sentence, start) or _after_marker(sentence, start)


def _after_marker(sentence: str, start: int) -> bool:
    gone = compare(sentence[tokenise(sentence)[start].start :], sentence)
    return not gone.lost


def hangs(reading: Reading, told: set[Key], ground: Ground) -> bool:
    """Whether the line begins with a pronoun whose sentence before has not been told."""
    first = reading.sentences[0]
    if not _HANGING.match(reading.line.text) or 0 not in reading.differences[0].spoken:
        return False
    before = ground.before(first)
    return before is not None and key_of(before) not in told


def verbatim(line: Line, ground: Ground) -> Line | None:
    """The line with the words of its source instead of its own; None if those are too many."""
    if not line.citations or not all(map(ground.holds, line.citations)):
        return None
    sentences = cited_sentences(line.citations, ground)
    text = collapse(" ".join(sentence.text for sentence in sentences))
    if not text or len(tokenise(text)) > LONGEST_REPLACEMENT:
        return None
    spans = [Span(source_id=s.source_id, start=s.start, end=s.end) for s in sentences]
    return Line(speaker=line.speaker, kind="fact", text=text, citations=spans)
