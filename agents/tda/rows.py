"""Discovery's rows and the queries that move them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agents.wcha.rows import DocumentRow
from sql import Command, Statement


@dataclass(frozen=True)
class TopicRow:
    """A proposed topic; ``sources`` is [{"source_id", "title", "url", "publisher"}]."""

    topic_id: UUID
    title: str
    summary: str | None
    keywords: list[str]
    category: str | None
    relevance_score: float | None
    publication_date: datetime | None
    generation_timestamp: datetime
    spread: int
    fingerprint: str | None
    sources: Any


@dataclass(frozen=True)
class StandingRow:
    """A topic that stands; ``sources`` holds the beginnings of its texts; ``tried``: its page was
    fetched once, or could not be.
    """

    topic_id: UUID
    state: str
    last_seen_at: datetime
    again: bool
    shown: int
    sources: Any
    identity: str | None
    tried: bool


@dataclass(frozen=True)
class ShortRow:
    """A text of a topic that stands; ``words`` are the numbers of its different words, four bytes
    each; ``identity`` is what its topic is known by, beside its first text.
    """

    topic_id: UUID
    words: bytes
    address: str | None
    identity: str | None


@dataclass(frozen=True)
class WordsRow:
    """The numbers of a text's different words, four bytes each."""

    words: bytes


@dataclass(frozen=True)
class BeginningRow:
    """The beginning of a document of the library."""

    document_id: str
    title: str
    category: str
    author: str | None
    url: str | None
    published_on: date | None
    beginning: str
    characters: int


@dataclass(frozen=True)
class ParentRow:
    """A topic to look further into."""

    topic_id: UUID
    user_id: UUID | None
    title: str
    summary: str | None
    keywords: list[str]
    category: str | None
    fingerprint: str | None
    state: str
    spread: int
    publication_date: datetime | None


@dataclass(frozen=True)
class SourceOfTopic:
    """A text beside a topic."""

    source_id: UUID
    position: int
    kind: str
    url: str | None
    document_id: str | None
    title: str
    publisher: str
    author: str | None
    published_at: datetime | None
    body: str
    outline: Any
    sha256: str
    complete: bool


LOCK = Command("topics/lock")
PATIENCE = Command("topics/patience")
OF_WORKFLOW = Statement("topics/of_workflow", TopicRow)
IN_SHORT = Statement("topics/in_short", ShortRow)
WORDS_IN = Statement("topics/words_in", WordsRow)
STANDING = Statement("topics/standing", StandingRow)
UNTOLD = Statement("topics/untold_documents", BeginningRow)
PROPOSE = Command("topics/propose")
ADD_SOURCE = Command("topics/add_source")
JOIN = Command("topics/join")
SPREAD_ON_CARDS = Command("topics/spread_on_cards")
DOCUMENTS = Statement("topics/documents", DocumentRow)
NOTE_TRIED = Command("topics/note_tried")
READ = Statement("topics/read", ParentRow)
SOURCES = Statement("topics/sources", SourceOfTopic)
