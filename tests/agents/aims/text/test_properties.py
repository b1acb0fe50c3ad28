"""Whatever the document: exact spans, no invented number or name, no repetition, no chance."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.document import read_document
from agents.aims.text.request import Source
from agents.aims.text.tasks import Line, Part
from tests.agents.aims.text.material import cited, lines_of, source, write

SUBJECTS = st.sampled_from(
    ["The harbour", "Dr. Åsa Lindqvist", "She", "They", "The U.S. Navy", "A young engineer", "It",
     "The 1,200 workers", "Nobody", "Mrs. O’Neill", "The town council", "This", "Zoë Müller",
     "Most of the crew", "“Rosa” the ferry", "I", "We"]
)  # fmt: skip
VERBS = st.sampled_from(
    ["opened", "did not repair", "has currently lost", "nearly sank", "was built with", "sold",
     "never paid for", "found", "is in part made of", "measured", "will need"]
)  # fmt: skip
OBJECTS = st.sampled_from(
    ["3.5 million tonnes of coal", "the old mill at St. Ives", "$1.5 billion", "27% of the fleet",
     "two of the seven pumps", "a bridge (see Figure 2)", "the naïve plan of 1986", "Kraków",
     "no fewer than 12 boats", "the heat pumps, the pipes and the quay", "half a metre of snow"]
)  # fmt: skip
TAILS = st.sampled_from(
    ["", " in 1871", " at 7:14 p.m.", ", because the wind was too strong to stand against",
     ", so the pipe sank into the clay", ", but it is also far heavier than the old one",
     " on 28 December 1879", ", although nobody said so", " — or so they say",
     ", which cost 19 people their jobs", "; the rest was never found", ", and 75 people died"]
)  # fmt: skip
MARKERS = st.sampled_from(
    ["", "", "", "Thus ", "However, ", "In addition to that, ", "For example, ", "As a result, ",
     "In fact, ", "Therefore ", "In 1986 ", "Moreover, "]
)  # fmt: skip
PLAIN = st.builds(
    lambda marker, subject, verb, thing, tail: f"{marker}{subject} {verb} {thing}{tail}.",
    MARKERS, SUBJECTS, VERBS, OBJECTS, TAILS,
)  # fmt: skip
SPOKEN = st.builds(lambda text: f"“{text[:-1]},” she said.", PLAIN)
ASKED = st.sampled_from(["Why did the harbour freeze in 1740?", "Who paid for the bridge?"])
PARAGRAPH = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, SPOKEN, ASKED), min_size=1, max_size=6).map(
    " ".join
)
LIST = st.lists(OBJECTS, min_size=2, max_size=4).map(
    lambda items: "\n".join(f"- {x}" for x in items)
)
HEADING = st.sampled_from(
    ["The warnings", "How it began", "Why?", "2. Early life", "When things go wrong", "IMPACT",
     "Turning the heap", "Is it safe?", "Zoë Müller"]
)  # fmt: skip
BLOCK = st.one_of(PARAGRAPH, PARAGRAPH, PARAGRAPH, LIST)
SECTION = st.tuples(HEADING, st.lists(BLOCK, min_size=1, max_size=3))


@st.composite
def documents(draw: st.DrawFn) -> Source:
    """A document out of realistic sentences, quotations, abbreviations and lists."""
    lead = draw(st.lists(PARAGRAPH, min_size=1, max_size=3))
    text = "\n\n".join(lead)
    headings: list[str] = []
    for heading, blocks in draw(st.lists(SECTION, max_size=3, unique_by=lambda pair: pair[0])):
        headings.append(heading)
        text += "\n\n" + heading + "\n\n" + "\n\n".join(blocks)
    given_source = source(text, title=draw(st.sampled_from(["The harbour", "What is a mill?", ""])))
    at = [text.index(f"\n\n{heading}\n\n") + 2 for heading in headings]
    outline = [{"level": 2, "text": h, "start": n} for h, n in zip(headings, at, strict=True)]
    return Source.model_validate({**given_source.model_dump(), "outline": outline})


RELAXED = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@given(documents())
@RELAXED
def test_every_sentence_slices_to_its_own_words(document: Source) -> None:
    read = read_document(document)
    spans = [(s.start, s.end) for s in read.sentences]
    assert spans == sorted(spans)
    for sentence in read.sentences:
        assert " ".join(document.text[sentence.start : sentence.end].split()) == sentence.text


@given(documents(), st.sampled_from([0.5, 1, 2]))
@RELAXED
def test_a_script_says_nothing_that_is_not_there(document: Source, minutes: float) -> None:
    try:
        parts = write([document], minutes=minutes)
    except TooLittleText:
        return
    lines = lines_of(parts)
    for line in lines:
        check_line(line, document)
    said = [line.text for line in lines if line.kind == "connective"]
    assert len(set(said)) == len(said)
    check_whole(parts, document)


@given(documents())
@settings(RELAXED, max_examples=8)
def test_nothing_is_left_to_chance(document: Source) -> None:
    try:
        parts = write([document], minutes=1)
    except TooLittleText:
        return
    assert write([document], minutes=1) == parts


def check_line(line: Line, document: Source) -> None:
    """Numbers, names and words of a fact stand in its span; a connective has none of its own."""
    evidence = cited(line, [document]) if line.citations else ""
    if line.kind == "fact":
        assert evidence
        words = re.findall(r"\w+", evidence)
        assert is_within([word.casefold() for word in re.findall(r"\w+", line.text)],
                         [word.casefold() for word in words])  # fmt: skip
    headings = " ".join(heading.text for heading in document.outline)
    known = f"{evidence} {document.title} {headings}"
    for number in re.findall(r"\d[\d.,]*\d|\d", line.text):
        assert number in known
    for word in ("not", "currently", "nearly", "never"):
        if line.kind == "fact" and is_whole(line, evidence):
            assert (word in evidence.split()) == (word in line.text.split())


def is_whole(line: Line, evidence: str) -> bool:
    """Whether a line tells its sentence in one piece."""
    return len(line.text.split()) >= len(evidence.split()) - 3


def is_within(few: list[str], many: list[str]) -> bool:
    """Whether words stand among others in the same order, without gaps but at the front."""
    return any(many[n : n + len(few)] == few for n in range(len(many) - len(few) + 1))


def check_whole(parts: list[Part], document: Source) -> None:
    """What is left out of a sentence by one line is told by another, markers in front apart."""
    for part in parts:
        spans = {(c.start, c.end) for x in part.lines if x.kind == "fact" for c in x.citations}
        for start, end in spans:
            told = [
                x.text for x in part.lines if x.kind == "fact" and x.citations[0].start == start
            ]
            words = re.findall(r"\w+", document.text[start:end].casefold())
            spoken = re.findall(r"\w+", " ".join(told).casefold())
            assert len(words) - len(spoken) <= 3
            assert words[len(words) - len(spoken) :] == spoken
