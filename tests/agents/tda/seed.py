"""Topics with their texts, written without any discovery: for tests of what comes after it."""

import uuid
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.rows import OF_WORKFLOW
from agents.tda.store import describe, propose
from agents.tda.story import Story
from agents.wcha.extract import extract
from agents.wcha.library import read_articles
from agents.wcha.settings import HarvestSettings


@dataclass(frozen=True)
class Seeded:
    """Topics as ``tda.discover_topics`` names them, the worthiest first, and their workflow."""

    workflow_id: UUID
    topics: list[dict[str, Any]]


def library_stories(count: int) -> list[Story]:
    """So many stories (16 at most), each from one article of the starter library."""
    limits = HarvestSettings()
    stories: list[Story] = []
    for article in list(read_articles())[:count]:
        text = extract(f"# {article.title}\n\n{article.body}".encode(), limits)
        whole = Material(
            identity=article.document_id, kind="document", title=article.title, text=text.body,
            publisher=article.author, document_id=article.document_id, author=article.author,
            category=article.category, outline=tuple(text.outline), complete=True, usable=12,
        )  # fmt: skip
        keywords = tuple(word for word in article.title.split() if len(word) > 4)[:6]
        stories.append(
            Story((whole,), category=article.category, keywords=keywords,
                  worth=0.6 - 0.01 * len(stories))
        )  # fmt: skip
    return stories


def feed_story(
    title: str, *texts: str, category: str = "world", url: str = "https://news.example/a"
) -> Story:
    """A story as feeds tell it: an extract from each of several publishers."""
    made = tuple(
        Material(
            identity=f"{url}/{number}", kind="feed", title=title, text=text,
            publisher=f"Paper {number + 1}", url=f"{url}/{number}", category=category, usable=2,
        )
        for number, text in enumerate(texts)
    )  # fmt: skip
    return Story(made, category=category, worth=0.7)


def seed_topics(
    connection: Connection[Any], stories: list[Story], user_id: UUID | None = None
) -> Seeded:
    """Write topics, as a refresh that belongs to nobody, or as what one user explored."""
    workflow_id = uuid.uuid4()
    with connection.transaction():
        connection.execute(
            "INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,"
            " dag_run_id) VALUES (%s, %s, 'snippets_refresh', 'snippets', %s)",
            (workflow_id, user_id, f"snippets__{workflow_id}"),
        )
        for story in stories:
            propose(connection, story, Order(workflow_id, user_id))
    rows = OF_WORKFLOW.all(connection, workflow_id=workflow_id)
    return Seeded(workflow_id, [describe(row) for row in rows])
