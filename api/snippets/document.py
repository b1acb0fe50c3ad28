"""What the routes about the pool answer."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.podcasts.document import Status


class Document(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class SnippetCitation(Document):
    """Where a card has its words from: characters ``start`` up to, not including, ``end``."""

    source_id: UUID
    start: int
    end: int
    source_title: str
    source_url: str | None
    publisher: str
    quote: str
    """The source's own words there."""


class SnippetSentence(Document):
    """A sentence of the teaser, and what it rests on."""

    text: str
    citations: list[SnippetCitation]


class SnippetCover(Document):
    """The picture's size in pixels, and which letters can be read on its upper part."""

    width: int
    height: int
    ink: Literal["light", "dark"]


class SnippetEpisode(Document):
    """The newest podcast that the caller had made of this card."""

    podcast_id: UUID
    status: Status
    duration_seconds: float | None
    """Null: it is not finished."""


class Snippet(Document):
    """A card: one story that can be listened to."""

    snippet_id: UUID
    topic_id: UUID
    """For POST /podcasts and POST /topics/explore."""
    title: str = Field(min_length=1, max_length=80)
    text_content: str
    """The teaser: two or three sentences."""
    cover_art_prompt: str | None
    image_url: str | None
    """A signed link to the cover that expires within a day; null until there is a cover."""
    estimated_full_podcast_length: int | None
    """Seconds; null where nothing tells."""
    generation_timestamp: datetime
    category: str | None
    keywords: list[str]
    sentences: list[SnippetSentence]
    """The teaser, sentence by sentence, with what each rests on."""
    title_citations: list[SnippetCitation]
    cover: SnippetCover | None
    spread: int
    """How many publishers tell the story."""
    published_at: datetime | None
    episode: SnippetEpisode | None


class SnippetSource(Document):
    """What a card was written from."""

    source_id: UUID
    kind: Literal["feed", "page", "document"]
    title: str
    url: str | None
    publisher: str
    author: str | None
    published_at: datetime | None
    complete: bool
    """Whether we have the whole text, and not a feed's extract."""


class SnippetDetails(Snippet):
    """A card and what it was written from."""

    sources: list[SnippetSource]


class Ui(Document):
    """The same cards as a page: messages of the A2UI protocol for our own catalogue."""

    version: Literal["v0.9"] = "v0.9"
    catalog: str
    messages: list[dict[str, Any]]


class PoolState(Document):
    """How the pool is."""

    version: int
    """Rises with each change of a card; the `id` of events."""
    refreshing: bool
    checked_at: datetime | None
    """When it was last looked for new stories; null before the first time, and after a day."""
    newest_at: datetime | None
    """When the newest card was made that the caller may see: one made later is new to this page,
    whatever else changes afterwards. Null where there is none."""


class SnippetPage(Document):
    """Cards, best first."""

    workflow_id: UUID | None
    """The refresh that is at work, else the one that made the newest card."""
    source: Literal["cache", "generation"]
    """generation: these were made while you waited."""
    snippets: list[Snippet]
    ui: Ui | None = None
    """Left out with `ui=false`."""
    next_cursor: str | None
    """For the next page; null on the last."""
    pool: PoolState
