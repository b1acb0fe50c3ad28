"""What GET /search answers."""

from datetime import datetime
from uuid import UUID

from api.podcasts.pages import Listed
from api.search.highlights import Range
from api.snippets.document import Document, Snippet


class Highlights(Document):
    """Where the words stand: characters `start` up to, not including, `end`."""

    title: list[Range]
    text: list[Range]
    """Of a card in `text_content`, of a story in `summary`, of an episode in `topic`."""


class SnippetHit(Snippet):
    """A card that was found."""

    highlights: Highlights


class TopicHit(Document):
    """A story that was found and of which there is no card."""

    topic_id: UUID
    """For POST /podcasts and POST /topics/explore."""
    title: str
    summary: str
    category: str | None
    published_at: datetime | None
    highlights: Highlights


class EpisodeHit(Listed):
    """A podcast of yours that was found."""

    highlights: Highlights


class Found(Document):
    """What was found, each kind best first."""

    query: str
    snippets: list[SnippetHit]
    topics: list[TopicHit]
    episodes: list[EpisodeHit]
