"""The harvest's rows and the queries that move them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agents.wcha.relevance import Hit, Word
from agents.wcha.text import Extracted
from sql import Command, Statement


@dataclass(frozen=True)
class SourceRow:
    """A row of ``sources``."""

    source_id: UUID
    kind: str
    title: str | None
    author: str | None
    url: str | None
    published_on: date | None
    media_type: str | None
    content_uri: str | None
    document_id: str | None
    body: str | None
    outline: Any
    harvested_at: datetime | None

    @property
    def label(self) -> str:
        """What a listener would call it."""
        return self.title or self.url or "a source without a name"

    def text(self) -> Extracted:
        """The text a harvested row holds."""
        return Extracted(self.body or "", self.outline, self.title, self.author, self.published_on)


@dataclass(frozen=True)
class DocumentRow:
    """A row of ``documents``; ``body`` is Markdown."""

    document_id: str
    title: str
    category: str
    author: str | None
    url: str | None
    published_on: date | None
    body: str


@dataclass(frozen=True)
class TitleRow:
    """The title of a document."""

    title: str


SOURCES = Statement("sources/of_podcast", SourceRow)
WRITE_TEXT = Command("sources/write_text")
ADD_FOUND = Command("sources/add_found")
ATTACH = Command("sources/attach")
WORDS = Statement("documents/weigh_words", Word)
HITS = Statement("documents/find_hits", Hit)
READ_DOCUMENT = Statement("documents/read", DocumentRow)
TITLES = Statement("documents/titles", TitleRow)
