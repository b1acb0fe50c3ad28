"""What a page is made of, as its composer is given it.

The shapes are those of the facade's answers (docs/CONTRACTS.md, "Facade"): a `Snippet` of
GET /api/v1/snippets is a :class:`Card`, a podcast of GET /api/v1/podcasts an :class:`EpisodeEntry`.
What else such an object has is left alone.
"""

from typing import Literal, NotRequired, TypedDict


class Citation(TypedDict):
    """Where a sentence stands: a span of one source."""

    source_id: str
    start: int
    """First character, in the source's text."""
    end: int
    """First character behind it."""
    source_title: str
    source_url: str | None
    publisher: str
    quote: str
    """The source's own words."""


class Sentence(TypedDict):
    """A sentence of a teaser and what it rests on."""

    text: str
    citations: list[Citation]


class Cover(TypedDict):
    """A picture's size in pixels, and which letters can be read on its upper part."""

    width: int
    height: int
    ink: Literal["light", "dark"]


class CardEpisode(TypedDict):
    """What the caller had made of a card."""

    podcast_id: str
    status: str
    """GENERATING, COMPLETED, COMPLETED_WITH_ERRORS, FAILED or CANCELLED."""
    duration_seconds: float | None
    """None: it is not finished."""


class Card(TypedDict):
    """One story that can be listened to."""

    snippet_id: str
    topic_id: str
    title: str
    """1 to 80 characters."""
    sentences: list[Sentence]
    category: str | None
    image_url: str | None
    """A signed link, or the media store's own URI before it is signed; None: no picture."""
    cover: Cover | None
    estimated_full_podcast_length: int | None
    """Seconds; None: nothing tells, the listener's own choice holds."""
    spread: int
    """How many publishers tell it."""
    episode: NotRequired[CardEpisode | None]


class EpisodeEntry(TypedDict):
    """An episode of the caller's, as a list shows it."""

    podcast_id: str
    title: str | None
    topic: str
    status: str
    duration_seconds: float | None
    cover_url: NotRequired[str | None]
    created_at: NotRequired[str]
    """When it was asked for, by ISO 8601."""
