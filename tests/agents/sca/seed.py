"""Cards for everybody's tests, published without any agent: topics, sources, citations, covers.

::

    cards = seed_cards(connection, 6)                       # everybody's, with pictures as rows
    cards = seed_cards(connection, 6, media=store)          # and bytes that can be fetched
    cards = seed_cards(connection, 2, user_id=ada_id)       # what one person explored
    cards = seed_cards(connection, 3, first=6)              # three more, other stories

The first twelve tell real-looking stories of twelve categories; further ones are numbered.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg import Connection
from psycopg.types.json import Jsonb

from sql import Command
from streamer.media import MediaStore, keep
from tests.agents.sca.stories import STORIES, Story

_PUBLISH = Command("snippets/publish")
_SET_COVER = Command("snippets/set_cover")
PIXELS = 640


@dataclass(frozen=True)
class Seeded:
    """A published card."""

    snippet_id: UUID
    topic_id: UUID
    source_id: UUID
    title: str
    category: str
    text: str
    body: str
    image_uri: str | None


def seed_cards(
    connection: Connection[Any],
    count: int = 6,
    *,
    first: int = 0,
    user_id: UUID | None = None,
    workflow_id: UUID | None = None,
    categories: list[str] | None = None,
    covers: bool = True,
    media: MediaStore | None = None,
    hours_apart: float = 1.0,
) -> list[Seeded]:
    """Publish cards, each in a transaction of its own; seeding the same again changes nothing.

    ``first`` is the number of the first story. ``categories`` are dealt out in turn instead of
    the stories' own. The first card is an hour old, each further one ``hours_apart`` older. With
    ``media`` the covers' bytes are stored; without, a cover is a row and a URI that leads nowhere.
    The connection must be in no transaction.
    """
    made = []
    for place in range(count):
        story = story_of(first + place)
        category = categories[place % len(categories)] if categories else story.category
        published = datetime.now(UTC) - timedelta(hours=1 + place * hours_apart)
        topic_id = uuid5(NAMESPACE_URL, f"topic:{user_id or ''}:{story.url or story.title}")
        source_id = uuid5(topic_id, story.url or story.title)
        with connection.transaction():
            standing = connection.execute(
                "SELECT FROM topics_snippets WHERE id = %s", (topic_id,)
            ).fetchone()
            if standing is None:
                _seed_topic(connection, story, topic_id, category, published, user_id, workflow_id)
                _seed_source(connection, story, topic_id, source_id, published)
                _seed_card(connection, story, topic_id, source_id, workflow_id)
        uri = _seed_cover(connection, story, topic_id, user_id, media) if covers else None
        made.append(
            Seeded(uuid5(topic_id, "snippet"), topic_id, source_id, story.title, category,
                   " ".join(story.told), story.body, uri)
        )  # fmt: skip
    return made


def story_of(number: int) -> Story:
    """The story of a number; behind the last one they begin again under other names."""
    story = STORIES[number % len(STORIES)]
    again = number // len(STORIES)
    return story.renamed(again + 1) if again else story


def _seed_topic(
    connection: Connection[Any], story: Story, topic_id: UUID, category: str,
    published: datetime, user_id: UUID | None, workflow_id: UUID | None,
) -> None:  # fmt: skip
    connection.execute(
        """INSERT INTO topics_snippets (id, type, title, summary, keywords, category, source_url,
               source_name, relevance_score, publication_date, generation_timestamp, user_id,
               workflow_id, state, fingerprint, novelty, quality)
           VALUES (%s, 'topic', %s, %s, %s, %s, %s, %s, 0.8, %s, %s, %s, %s, 'ready', %s, 1, 1)""",
        (topic_id, story.title, story.told[0], story.keywords, category, story.url,
         story.publisher, None if story.url is None else published, published, user_id,
         workflow_id, fingerprint_of(story)),
    )  # fmt: skip


def fingerprint_of(story: Story) -> str:
    """A hash of the material."""
    return hashlib.sha256(story.body.encode()).hexdigest()


def _seed_source(
    connection: Connection[Any], story: Story, topic_id: UUID, source_id: UUID, published: datetime
) -> None:
    connection.execute(
        """INSERT INTO topic_sources (source_id, topic_id, position, kind, url, document_id, title,
               publisher, published_at, body, sha256, complete)
           VALUES (%s, %s, 0, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (source_id, topic_id, "feed" if story.url else "document", story.url,
         None if story.url else f"library/{story.title}", story.title, story.publisher,
         published, story.body, fingerprint_of(story), story.url is None),
    )  # fmt: skip


def _seed_card(
    connection: Connection[Any], story: Story, topic_id: UUID, source_id: UUID,
    workflow_id: UUID | None,
) -> None:  # fmt: skip
    def cite(text: str) -> list[dict[str, Any]]:
        start = story.body.index(text)
        return [{"source_id": str(source_id), "start": start, "end": start + len(text)}]

    _PUBLISH.run(
        connection, snippet_id=uuid5(topic_id, "snippet"), topic_id=topic_id,
        workflow_id=workflow_id, title=story.title, text_content=" ".join(story.told),
        keywords=story.keywords, model="seeded", fingerprint=fingerprint_of(story),
        cover_art_prompt=f"Podcast cover about {story.title}. It shows: "
        f"{', '.join(story.keywords).lower()}.",
        sentences=Jsonb([{"text": told, "citations": cite(told)} for told in story.told]),
        title_citations=Jsonb(cite(story.title)), length=None if story.url else 300,
    )  # fmt: skip


def _seed_cover(
    connection: Connection[Any], story: Story, topic_id: UUID, user_id: UUID | None,
    media: MediaStore | None,
) -> str:  # fmt: skip
    key = f"covers/topics/{topic_id}/seeded.jpg"
    ink = "light"
    if media is not None:
        picture, ink = _picture(story.title)
        uri = keep(connection, media, key, picture, "image/jpeg", user_id, None)
    else:
        uri = f"media:///{key}"
        connection.execute(
            """INSERT INTO media_objects (uri, user_id, media_type, bytes, sha256, stored_at)
               VALUES (%s, %s, 'image/jpeg', 40000, %s, now()) ON CONFLICT (uri) DO NOTHING""",
            (uri, user_id, hashlib.sha256(key.encode()).hexdigest()),
        )
    cover = Jsonb({"width": PIXELS, "height": PIXELS, "ink": ink})
    with connection.transaction():
        _SET_COVER.run(connection, topic_id=topic_id, uri=uri, cover=cover, problem=None)
    return uri


@cache
def _picture(title: str) -> tuple[bytes, str]:
    """A painted cover as cards have it, small enough to be made by the dozen, and its ink."""
    from agents.iga.painting.cover import paint_cover

    cover = paint_cover(title, title, PIXELS, PIXELS, "room")
    return cover.data, cover.ink
