"""Topics, their material and their cards in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import Snippet
from agents.canonical import JSON
from sql.statements import Command, Statement


@dataclass(frozen=True)
class Topic:
    """A topic that may be told to this caller; without a user it is everybody's."""

    topic_id: UUID
    user_id: UUID | None
    title: str
    keywords: list[str]
    category: str | None
    fingerprint: str | None
    state: str


@dataclass(frozen=True)
class Material:
    """One source of a topic; ``body`` begins with its title."""

    source_id: UUID
    title: str
    author: str | None
    body: str
    outline: Any
    sha256: str
    complete: bool

    def as_source(self) -> Source:
        """The same, as a writer is given it."""
        return Source(
            id=str(self.source_id), title=self.title, author=self.author or "", text=self.body,
            outline=[Heading.model_validate(entry) for entry in self.outline or []],
        )  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A card as it stands."""

    snippet_id: UUID
    topic_id: UUID
    title: str
    text_content: str
    cover_art_prompt: str
    estimated_full_podcast_length: int | None
    sentences: Any
    title_citations: Any
    keywords: list[str]
    category: str | None
    model: str
    generation_timestamp: datetime
    fingerprint: str
    state: str

    def as_json(self) -> JSON:
        """What the task answers."""
        return {
            "snippet_id": str(self.snippet_id), "topic_id": str(self.topic_id),
            "title": self.title, "text_content": self.text_content,
            "cover_art_prompt": self.cover_art_prompt,
            "estimated_full_podcast_length": self.estimated_full_podcast_length,
            "sentences": self.sentences, "title_citations": self.title_citations,
            "keywords": self.keywords, "category": self.category, "model": self.model,
            "generation_timestamp": self.generation_timestamp.isoformat(),
        }  # fmt: skip


_TOPIC = Statement("snippets/topic", Topic)
_SOURCES = Statement("snippets/sources", Material)
_STANDING = Statement("snippets/standing", Card)
_TAKE_UP = Command("snippets/take_up")
_PUBLISH = Command("snippets/publish")
_RETELL = Command("snippets/retell")


def snippet_id_of(topic_id: UUID) -> UUID:
    """The id of a topic's card: it has one, however often it is told anew."""
    return uuid5(topic_id, "snippet")


def find_topic(connection: Connection[Any], topic_id: UUID, user_id: UUID | None) -> Topic | None:
    """The topic, held until the transaction ends; None where this caller has no such topic."""
    return _TOPIC.one(connection, topic_id=topic_id, user_id=user_id)


def find_material(connection: Connection[Any], topic_id: UUID) -> list[Material]:
    """The topic's sources, the first told first."""
    return _SOURCES.all(connection, topic_id=topic_id)


def find_card(connection: Connection[Any], topic_id: UUID) -> Card | None:
    """The topic's card, if it has one."""
    return _STANDING.one(connection, topic_id=topic_id)


def take_up(connection: Connection[Any], topic_id: UUID) -> None:
    """The topic has its card, whatever was wrong with it before."""
    _TAKE_UP.run(connection, topic_id=topic_id)


def publish(
    connection: Connection[Any],
    topic_id: UUID,
    workflow_id: UUID,
    fingerprint: str,
    keywords: list[str],
    card: Snippet,
    model: str,
) -> Card:
    """Put a card into the pool, or another telling into its place. Commits with the transaction.

    The caller holds the topic (:func:`find_topic`), so nobody else writes its card. The card's
    statement comes last: from it to the commit nobody else can publish.
    """
    command = _PUBLISH if find_card(connection, topic_id) is None else _RETELL
    take_up(connection, topic_id)
    command.run(
        connection, snippet_id=snippet_id_of(topic_id), topic_id=topic_id,
        workflow_id=workflow_id, title=card.title,
        text_content=" ".join(sentence.text for sentence in card.sentences),
        keywords=keywords, model=model, cover_art_prompt=card.cover_prompt,
        fingerprint=fingerprint,
        sentences=Jsonb([sentence.model_dump() for sentence in card.sentences]),
        title_citations=Jsonb([span.model_dump() for span in card.title_citations]),
        length=card.estimated_seconds,
    )  # fmt: skip
    made = find_card(connection, topic_id)
    assert made is not None
    return made
