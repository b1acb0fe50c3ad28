"""A shelf of the pool as it stands in the database: everybody's cards, or one person's own."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from sql import Command, Statement

MOST_CARDS = 400
"""Cards of one owner; of more the newest are kept."""
MOST_GONE = 1000
"""So many cards that are shown no more are known by name; who was away for longer starts anew."""


@dataclass(frozen=True)
class CardRow:
    """A card and what its place depends on."""

    snippet_id: UUID
    topic_id: UUID
    version: int
    workflow_id: UUID | None
    title: str
    text_content: str
    cover_art_prompt: str | None
    image_url: str | None
    cover: dict[str, Any] | None
    estimated_full_podcast_length: int | None
    generation_timestamp: datetime
    category: str | None
    keywords: list[str]
    sentences: list[dict[str, Any]]
    title_citations: list[dict[str, Any]]
    spread: int
    published_at: datetime | None
    told_at: datetime
    novelty: float | None
    quality: float | None
    shown: int
    from_library: bool


@dataclass(frozen=True)
class CitationRow:
    """The words that a card rests on, and whose they are."""

    snippet_id: UUID
    source_id: UUID
    start: int
    end: int
    source_title: str
    source_url: str | None
    publisher: str
    quote: str

    @property
    def span(self) -> tuple[str, int, int]:
        """What tells it from the others of its card."""
        return str(self.source_id), self.start, self.end


@dataclass(frozen=True)
class GoneRow:
    """A card that is to be shown no more."""

    snippet_id: UUID
    version: int


@dataclass(frozen=True)
class Standing:
    """What moves a card's place without a version of its own."""

    snippet_id: UUID
    shown: int
    spread: int


@dataclass(frozen=True)
class Changes:
    """What changed on a shelf since some version, as of one moment."""

    cards: list[CardRow]
    citations: dict[UUID, list[CitationRow]]
    gone: list[GoneRow]


CARDS = Statement("pool/cards", CardRow)
CITATIONS = Statement("pool/citations", CitationRow)
GONE = Statement("pool/gone", GoneRow)
STANDINGS = Statement("pool/standings", Standing)
ONE_MOMENT = Command("events/one_moment")


async def read_changes(
    connection: AsyncConnection[Any], user_id: UUID | None, known: int
) -> Changes:
    """What of that shelf (None: everybody's) is newer than ``known``. Opens a transaction."""
    await ONE_MOMENT.arun(connection)
    cards = await CARDS.aall(connection, user_id=user_id, known=known, most=MOST_CARDS)
    citations: defaultdict[UUID, list[CitationRow]] = defaultdict(list)
    for each in await CITATIONS.aall(connection, snippet_ids=[card.snippet_id for card in cards]):
        citations[each.snippet_id].append(each)
    gone = await GONE.aall(connection, user_id=user_id, known=known, most=MOST_GONE)
    return Changes(cards, citations, gone)


async def read_standings(connection: AsyncConnection[Any], user_id: UUID | None) -> list[Standing]:
    """How the cards of that shelf (None: everybody's) stand by now."""
    return await STANDINGS.aall(connection, user_id=user_id, most=MOST_CARDS)
