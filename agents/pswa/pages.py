"""A source as the gate reads it: only the paragraphs that are cited are cut into sentences.

To cut up a hundred pages takes seconds; an episode cites a few of them.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from agents.aims.text.grounded.document import (
    Section,
    Sentence,
    clean_author,
    clean_title,
    cut_paragraph,
    cut_paragraphs,
    cut_sections,
)
from agents.aims.text.grounded.words import collapse
from agents.aims.text.request import Source


@dataclass(frozen=True)
class Paragraph:
    """Characters ``start`` to ``end`` of a source; ``item`` says that it is one of a list."""

    start: int
    end: int
    item: bool
    section: int


@dataclass
class Page:
    """A source, read as far as it is asked for.

    A sentence's ``number`` is its place in the text here: it tells it from all others, no more.
    """

    source: Source
    _cut: dict[int, list[Sentence]] = field(default_factory=dict)

    @cached_property
    def title(self) -> str:
        """The title as it is spoken."""
        return clean_title(self.source.title)

    @cached_property
    def author(self) -> str:
        """Who wrote it, where that is a name."""
        return clean_author(self.source.author)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What stands under each heading."""
        return tuple(cut_sections(self.source.text, self.source.outline, self.source.title))

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """All paragraphs, in order."""
        return [
            Paragraph(*span, section.number)
            for section in self.sections
            for span in cut_paragraphs(self.source.text, section.start, section.end)
        ]

    @cached_property
    def _starts(self) -> list[int]:
        return [paragraph.start for paragraph in self.paragraphs]

    def touched(self, start: int, end: int) -> list[Sentence]:
        """The sentences that a span touches."""
        place = max(0, bisect_right(self._starts, start) - 1)
        found: list[Sentence] = []
        while place < len(self.paragraphs) and self.paragraphs[place].start < end:
            found += [s for s in self._sentences(place) if s.start < end and s.end > start]
            place += 1
        return found

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before, in the same section."""
        earlier = [s for s in self._sentences(sentence.paragraph) if s.start < sentence.start]
        place = sentence.paragraph - 1
        while not earlier and place >= 0 and self.paragraphs[place].section == sentence.section:
            earlier, place = self._sentences(place), place - 1
        return earlier[-1] if earlier else None

    def _sentences(self, place: int) -> list[Sentence]:
        if place not in self._cut:
            paragraph, text = self.paragraphs[place], self.source.text
            spans = cut_paragraph(text, (paragraph.start, paragraph.end, paragraph.item))
            self._cut[place] = [
                Sentence(self.source.id, a, paragraph.section, place, a, b, collapse(text[a:b]),
                         paragraph.item)
                for a, b in spans
            ]  # fmt: skip
        return self._cut[place]
