"""What a search finds for one person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from api.podcasts.document import Status
from api.search.document import EpisodeHit, Highlights, SnippetHit, TopicHit
from api.search.highlights import MARKS, find_ranges
from api.search.words import read_words
from api.snippets.view import View
from sql import Statement


@dataclass(frozen=True)
class MarkedCard:
    """A card that was found, the words marked."""

    id: UUID
    title: str
    text: str


@dataclass(frozen=True)
class MarkedTopic:
    """A story that was found."""

    topic_id: UUID
    title: str
    summary: str
    category: str | None
    published_at: datetime | None
    marked_title: str
    marked_text: str


@dataclass(frozen=True)
class MarkedEpisode:
    """A podcast that was found."""

    podcast_id: UUID
    topic: str
    title: str | None
    status: Status
    created_at: datetime
    duration_seconds: float | None
    marked_title: str
    marked_text: str


SNIPPETS = Statement("search/snippets", MarkedCard)
TOPICS = Statement("search/topics", MarkedTopic)
EPISODES = Statement("search/episodes", MarkedEpisode)


@dataclass(frozen=True)
class Search:
    """A search of one person's."""

    view: View
    typed: str
    most: int

    @property
    def _asked(self) -> dict[str, Any]:
        return {
            **vars(read_words(self.typed)), "user_id": self.view.asker.user_id, "most": self.most,
            "marks": MARKS,
        }  # fmt: skip

    @property
    def _of_cards(self) -> dict[str, Any]:
        return {**self._asked, "muted": sorted(self.view.taste.muted)}

    async def snippets(self, connection: AsyncConnection[Any]) -> list[SnippetHit]:
        """Cards, best first."""
        found = await SNIPPETS.aall(connection, **self._of_cards)
        return [
            SnippetHit(
                **self.view.say(card),
                highlights=Highlights(
                    title=find_ranges(each.title, card.said["title"]),
                    text=find_ranges(each.text, card.said["text_content"]),
                ),
            )
            for each in found
            if (card := self.view.cards.get(each.id)) is not None
        ]

    async def topics(self, connection: AsyncConnection[Any]) -> list[TopicHit]:
        """Stories without a card, best first."""
        return [
            TopicHit(
                topic_id=each.topic_id, title=each.title, summary=each.summary,
                category=each.category, published_at=each.published_at,
                highlights=Highlights(
                    title=find_ranges(each.marked_title, each.title),
                    text=find_ranges(each.marked_text, each.summary),
                ),
            )
            for each in await TOPICS.aall(connection, **self._of_cards)
        ]  # fmt: skip

    async def episodes(self, connection: AsyncConnection[Any]) -> list[EpisodeHit]:
        """The caller's own podcasts, best first."""
        return [
            EpisodeHit(
                podcast_id=each.podcast_id, topic=each.topic, title=each.title, status=each.status,
                created_at=each.created_at, duration_seconds=each.duration_seconds,
                highlights=Highlights(
                    title=find_ranges(each.marked_title, each.title or ""),
                    text=find_ranges(each.marked_text, each.topic),
                ),
            )
            for each in await EPISODES.aall(connection, **self._asked)
        ]  # fmt: skip
