"""What a card rests on becomes what its episode is grounded in."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from sql import Command, Statement

MOST = 3
FEWEST_WORDS = 40
"""Of an extract that is worth telling where the page behind it cannot be read."""


@dataclass(frozen=True)
class TopicSource:
    """A text beside a topic; ``body`` is what the card's citations point into."""

    source_id: UUID
    kind: str
    url: str | None
    document_id: str | None
    title: str
    author: str | None
    published_on: date | None
    body: str
    outline: Any
    sha256: str
    complete: bool


_OF_TOPIC = Statement("podcasts/topic_sources", TopicSource)
_ADD_TEXT = Command("sources/add_found")
_ADD_ADDRESS = Command("uploads/create")
_ATTACH = Command("podcasts/attach_source")

Connection = AsyncConnection[Any]


async def copy_sources(
    connection: Connection, topic_id: UUID, workflow_id: UUID, user_id: UUID
) -> None:
    """Give an episode the topic's texts as sources of the caller's, in the caller's transaction.

    A whole text is copied as it is, so that a span of the card is a span of the source and the
    harvest has nothing to read. Of a text that is only an extract the page is named, to be fetched;
    behind it stands the extract itself. Where the page stands there too, it is not fetched again.
    Where nothing can be copied the episode has no source, and the harvest looks for some.
    """
    position = 0
    rows = await _OF_TOPIC.aall(connection, topic_id=topic_id, most=MOST)
    there = {each.url for each in rows if each.complete}
    for each in rows:
        for source_id in await _copy(connection, each, each.url in there, workflow_id, user_id):
            await _ATTACH.arun(
                connection, podcast_id=workflow_id, source_id=source_id, position=position
            )
            position += 1


async def _copy(
    connection: Connection, source: TopicSource, is_there: bool, workflow_id: UUID, user_id: UUID
) -> list[UUID]:
    made = []
    if not (source.complete or is_there) and source.url is not None:
        made.append(await _name_page(connection, source, workflow_id, user_id))
    if source.complete or len(source.body.split()) >= FEWEST_WORDS:
        made.append(await _copy_text(connection, source, workflow_id, user_id))
    return made


async def _name_page(
    connection: Connection, source: TopicSource, workflow_id: UUID, user_id: UUID
) -> UUID:
    source_id = uuid5(workflow_id, f"{source.source_id} page")
    await _ADD_ADDRESS.arun(
        connection, source_id=source_id, user_id=user_id, kind="url", title=source.title,
        url=source.url, media_type=None, content_uri=None, body=None, sha256=None,
    )  # fmt: skip
    return source_id


async def _copy_text(
    connection: Connection, source: TopicSource, workflow_id: UUID, user_id: UUID
) -> UUID:
    source_id, library = uuid5(workflow_id, str(source.source_id)), source.kind == "document"
    await _ADD_TEXT.arun(
        connection, source_id=source_id, user_id=user_id, kind="library" if library else "web",
        title=source.title, author=source.author, url=source.url,
        published_on=source.published_on, document_id=source.document_id,
        media_type="text/markdown" if library else "text/plain", body=source.body,
        outline=Jsonb(source.outline), sha256=hashlib.sha256(source.body.encode()).hexdigest(),
    )  # fmt: skip
    return source_id
