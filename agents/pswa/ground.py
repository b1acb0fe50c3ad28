"""What a script stands on: the sources, their sentences, and the words everybody may say."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.lexicon import STOP
from agents.aims.text.request import Source
from agents.aims.text.tasks import Span
from agents.pswa.evidence import tokenise
from agents.pswa.pages import Page

_VOCABULARY = Path(__file__).with_name("conversation.txt")


def load_conversation() -> frozenset[str]:
    """The words of plain conversation, that claim nothing about any story."""
    return frozenset(_VOCABULARY.read_text(encoding="utf-8").split())


CONVERSATION = load_conversation()


@dataclass(frozen=True)
class Ground:
    """The sources of an episode by their ids, and its topic."""

    sources: dict[str, Source]
    topic: str = ""
    named: tuple[str, ...] = field(default=())

    @cached_property
    def documents(self) -> dict[str, Page]:
        """The sources, read as far as they are cited."""
        return {key: Page(source) for key, source in self.sources.items()}

    @cached_property
    def titles(self) -> list[str]:
        """Titles of the sources as they are spoken."""
        return [document.title for document in self.documents.values()]

    @cached_property
    def authors(self) -> list[str]:
        """Those who wrote the sources, where that is known."""
        return [document.author for document in self.documents.values() if document.author]

    @cached_property
    def given_words(self) -> frozenset[str]:
        """Words of the topic, titles, authors and headings: they may be said anywhere."""
        headings = [s.heading or "" for d in self.documents.values() for s in d.sections]
        texts = [self.topic, *self.titles, *self.authors, *headings, *self.named]
        return frozenset(token.bare for text in texts for token in tokenise(text))

    @cached_property
    def naming_words(self) -> frozenset[str]:
        """Those of them by which one hears what the episode is about."""
        telling = self.given_words - STOP
        return (telling - CONVERSATION) or telling

    @cached_property
    def given_capitals(self) -> frozenset[str]:
        """Those of them that are capitalised, as they stand."""
        headings = [s.heading or "" for d in self.documents.values() for s in d.sections]
        texts = [self.topic, *self.titles, *self.authors, *headings, *self.named]
        return frozenset(
            t.text.replace("’", "'") for text in texts for t in tokenise(text) if t.capital
        )

    def holds(self, span: Span) -> bool:
        """Whether a span lies inside its source and is not empty."""
        source = self.sources.get(span.source_id)
        return source is not None and 0 <= span.start < span.end <= len(source.text)

    def read(self, span: Span) -> str:
        """The text of a span."""
        return self.sources[span.source_id].text[span.start : span.end]

    def sentences(self, span: Span) -> list[Sentence]:
        """The sentences that a span touches: citing half of one answers for all of it."""
        return self.documents[span.source_id].touched(span.start, span.end)

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before, in the same section."""
        return self.documents[sentence.source_id].before(sentence)


def collapse(text: str) -> str:
    """The text on one line."""
    return re.sub(r"\s+", " ", text).strip()
