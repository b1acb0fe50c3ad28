"""Writing topics down."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from agents.tda.material import Material, fingerprint
from agents.tda.order import Order
from agents.tda.rows import ADD_SOURCE, PROPOSE, TopicRow
from agents.tda.story import Story

_LONGEST_SUMMARY = 400


def propose(connection: Connection[Any], story: Story, order: Order) -> UUID:
    """A topic with its texts; returns its id."""
    head = story.head
    topic_id = story.standing.topic_id if story.standing else head.topic_id(order.user_id)
    PROPOSE.run(
        connection, topic_id=topic_id, user_id=order.user_id, workflow_id=order.workflow_id,
        title=head.title, summary=summarise(head.text), keywords=list(story.keywords),
        category=story.category, source_url=head.url, source_name=head.publisher,
        details=Jsonb({"identity": head.identity}), relevance_score=round(story.worth, 6),
        publication_date=head.published_at, fingerprint=fingerprint(list(story.texts)),
        spread=max(1, story.publishers), novelty=story.novelty, quality=story.quality,
    )  # fmt: skip
    for text in story.texts:
        add_source(connection, topic_id, text)
    return topic_id


def add_source(connection: Connection[Any], topic_id: UUID, text: Material) -> None:
    """Lay a text beside a topic, if it is not there."""
    ADD_SOURCE.run(
        connection, source_id=text.source_id(topic_id), topic_id=topic_id, kind=text.kind,
        url=text.url, document_id=text.document_id, title=text.title, publisher=text.publisher,
        author=text.author, published_at=text.published_at, body=text.body,
        outline=Jsonb(text.body_outline), sha256=text.sha256, complete=text.complete,
    )  # fmt: skip


def summarise(text: str) -> str:
    """The beginning of a text, to its last whole word."""
    line = " ".join(text[: 2 * _LONGEST_SUMMARY].split())
    if len(line) <= _LONGEST_SUMMARY:
        return line
    return line[:_LONGEST_SUMMARY].rpartition(" ")[0] + " …"


def describe(row: TopicRow) -> dict[str, JSON]:
    """A topic as the task hands it on."""
    return {
        "topic_id": str(row.topic_id),
        "title_suggestion": row.title,
        "summary": row.summary or "",
        "keywords": row.keywords,
        "potential_sources": row.sources,
        "relevance_score": row.relevance_score,
        "publication_date": row.publication_date.isoformat() if row.publication_date else None,
        "timestamp_discovered": row.generation_timestamp.isoformat(),
        "category": row.category,
        "spread": row.spread,
        "fingerprint": row.fingerprint,
    }
