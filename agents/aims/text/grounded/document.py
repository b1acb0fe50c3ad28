"""A source cut into sections, paragraphs and sentences, each with its exact span."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pysbd

from agents.aims.text.grounded.words import collapse
from agents.aims.text.request import Heading, Source

_BLANK = re.compile(r"\n[ \t]*\n")
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦‣–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_ROUGH = re.compile(r"[^.!?]*[.!?]+[\"”’')\]]*|[^.!?]+$", re.DOTALL)
HARD_WRAP = 90
LONGEST_JOINED = 75
LONGEST_AUTHOR = 60


@dataclass(frozen=True)
class Sentence:
    """A sentence of a source: ``source.text[start:end]``, white space collapsed in ``text``."""

    source_id: str
    number: int
    section: int
    paragraph: int
    start: int
    end: int
    text: str
    item: bool = False


@dataclass(frozen=True)
class Section:
    """A stretch of a source under one heading (None before the first).

    ``begins`` is where the first stretch under that heading starts: earlier than ``start`` where
    this one goes on after something was left out.
    """

    number: int
    heading: str | None
    start: int
    end: int
    begins: int


@dataclass(frozen=True, eq=False)
class Document:
    """A source, read. Two are the same only if they are one object: they are keys of caches."""

    source_id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    author: str = ""

    def within(self, start: int, end: int) -> list[Sentence]:
        """The sentences that lie wholly inside a span."""
        return [s for s in self.sentences if s.start >= start and s.end <= end]


def read_document(source: Source) -> Document:
    """Cut a source up; the same source is cut only once per process."""
    outline = tuple((h.level, h.text, h.start) for h in source.outline)
    return _read(source.id, source.title, source.author, source.text, outline)


@lru_cache(maxsize=16)
def _read(
    source_id: str, title: str, author: str, text: str, outline: tuple[tuple[int, str, int], ...]
) -> Document:
    headings = [Heading(level=level, text=words, start=start) for level, words, start in outline]
    sections = tuple(cut_sections(text, headings, title))
    sentences = tuple(cut_sentences(source_id, text, sections))
    return Document(source_id, clean_title(title), text, sections, sentences, clean_author(author))


def clean_author(author: str) -> str:
    """An author fit for speech; nothing where it is an address, a user name or a long list."""
    words = collapse(author).strip(' .;,“”"')
    spoken = re.fullmatch(r"[^\W\d_][\w .,’'&-]*", words) and words[0].isupper()
    return words if spoken and len(words) <= LONGEST_AUTHOR else ""


def clean_title(title: str) -> str:
    """A title fit for speech: no site name, file ending or underscore."""
    words = re.sub(r"\.(?:html?|pdf|md|txt|docx?|rst)$", "", collapse(title), flags=re.IGNORECASE)
    words = re.split(r"\s+[|·»]\s+|\s+[-–—]\s+(?=[^-–—]{2,30}$)", words)[0]
    return words.replace("_", " ").strip(' .#"“”')


def cut_sections(text: str, outline: list[Heading], title: str) -> Iterator[Section]:
    """The sections that the headings open; a heading that repeats the title opens none.

    A heading's words may stand in the text where its section starts, or not at all. The same
    heading twice in a row means that its section goes on.
    """
    number, heading, start, begins = 0, None, 0, 0
    for entry in sorted(outline, key=lambda entry: entry.start):
        if not start <= entry.start <= len(text):
            continue
        yield Section(number, heading, start, entry.start, begins)
        words, before = clean_heading(entry.text), heading
        heading = None if not words or _same(words, clean_title(title)) else words
        number, start = number + 1, entry.start + _length_in(text, entry)
        begins = begins if heading == before else start
    yield Section(number, heading, start, len(text), begins)


def _length_in(text: str, entry: Heading) -> int:
    """How many characters of the text a heading takes: none where it is left out of it."""
    end = entry.start + len(entry.text)
    alone = text[end : end + 1] in ("", "\n", "\r")
    return len(entry.text) if alone and text.startswith(entry.text, entry.start) else 0


def clean_heading(text: str) -> str:
    """A heading without its number, mark-up and closing full stop."""
    words = re.sub(
        r"^(?:#+|(?:chapter|section|part)?\s*\d+(?:\.\d+)*[.):]?)\s+",
        "",
        collapse(text),
        flags=re.I,
    )
    return words.strip(" .:#*_¶").removesuffix("[edit]").strip()


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def cut_sentences(source_id: str, text: str, sections: tuple[Section, ...]) -> Iterator[Sentence]:
    """All sentences in order."""
    number = paragraph = 0
    for section in sections:
        for span in cut_paragraphs(text, section.start, section.end):
            for a, b in cut_paragraph(text, span):
                words = collapse(text[a:b])
                yield Sentence(source_id, number, section.number, paragraph, a, b, words, span[2])
                number += 1
            paragraph += 1


def cut_paragraph(text: str, span: tuple[int, int, bool]) -> list[tuple[int, int]]:
    """The spans of the sentences of one paragraph, quotations whole."""
    return list(join_quotes(text, segment(text, span[0], span[1])))


def cut_paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Spans of the paragraphs between two places, and whether each is an item of a list."""
    at = start
    for gap in [*_BLANK.finditer(text, start, end), None]:
        stop = gap.start() if gap else end
        yield from _cut_block(text, at, stop)
        at = gap.end() if gap else end


def _cut_block(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    lines = list(_lines(text, start, end))
    wrapped = len(lines) > 1 and max(b - a for a, b in lines) <= HARD_WRAP
    held: tuple[int, int, bool] | None = None
    for a, b in lines:
        bullet = _BULLET.match(text[a:b])
        if held and wrapped and not bullet:
            held = (held[0], b, held[2])
            continue
        if held:
            yield held
        held = (a + (bullet.end() if bullet else 0), b, bullet is not None)
    if held:
        yield held


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line)


def segment(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph, by pysbd."""
    piece = re.sub(r"\s", " ", text[start:end])
    spans, at = [], 0
    # A new one each time: it keeps the text that it is at, and threads would mix theirs.
    for sentence in pysbd.Segmenter(language="en", clean=False).segment(piece):
        words = sentence.strip()
        found = piece.find(words, at) if words else -1
        if found < 0:
            continue
        spans.append((start + found, start + found + len(words)))
        at = found + len(words)
    return spans or [(start + m.start(), start + m.end()) for m in _ROUGH.finditer(piece)]


def join_quotes(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans joined until every quotation that opens also closes, so that none is cut in two."""
    held: tuple[int, int] | None = None
    for span in spans:
        joined = (held[0], span[1]) if held else span
        open_still = is_open(text[joined[0] : joined[1]])
        if open_still and joined[1] - joined[0] < 8 * LONGEST_JOINED:
            held = joined
            continue
        held = None
        yield joined
    if held:
        yield held


def is_open(words: str) -> bool:
    """Whether a quotation or bracket in the words has no end."""
    return (
        words.count('"') % 2 == 1
        or words.count("“") > words.count("”")
        or words.count("(") > words.count(")")
    )
