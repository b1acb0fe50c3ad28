"""Cards and pages in the tables."""

from dataclasses import asdict, dataclass
from typing import Any, cast
from uuid import UUID, uuid5

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.canonical import JSON, digest
from agents.duia.cards import Card
from agents.duia.compose import CATALOG, Message
from sql import Command, Statement


@dataclass(frozen=True)
class CardRow:
    """A card as it is read: the fields of :class:`Card`."""

    snippet_id: str
    topic_id: str
    title: str
    sentences: JSON
    category: str | None
    image_url: str | None
    cover: JSON
    estimated_full_podcast_length: int | None
    spread: int


@dataclass(frozen=True)
class CategoryRow:
    """A category and what it is called."""

    category: str
    label: str


@dataclass(frozen=True)
class Version:
    """How far the pool is."""

    version: int


@dataclass(frozen=True)
class Page:
    """A page that is to be kept."""

    kind: str
    workflow_id: UUID
    pool_version: int
    snippet_ids: list[str]
    messages: list[Message]

    @property
    def sha256(self) -> str:
        """Hash of the messages."""
        return digest(self.messages)

    @property
    def page_id(self) -> UUID:
        """Equal pages of one workflow are one page."""
        return uuid5(self.workflow_id, self.sha256)


_CARDS = Statement("pages/cards", CardRow)
_CATEGORIES = Statement("pages/categories", CategoryRow)
_VERSION = Statement("pages/pool_version", Version)
_STORE = Command("pages/store")


def read_cards(
    connection: Connection[Any], snippet_ids: list[UUID], user_id: UUID | None
) -> list[Card]:
    """The cards that are still there, in the order of the ids; others' are not."""
    rows = _CARDS.all(connection, snippet_ids=snippet_ids, user_id=user_id)
    return [cast(Card, asdict(row)) for row in rows]


def read_labels(connection: Connection[Any]) -> dict[str, str]:
    """What each category is called, in the order in which they are shown."""
    return {row.category: row.label for row in _CATEGORIES.all(connection)}


def read_version(connection: Connection[Any]) -> int:
    """How far the pool is."""
    row = _VERSION.one(connection)
    assert row is not None
    return row.version


def store_page(connection: Connection[Any], page: Page) -> None:
    """Keep the page; a second time changes nothing."""
    _STORE.run(
        connection, page_id=page.page_id, kind=page.kind, workflow_id=page.workflow_id,
        catalog=CATALOG, pool_version=page.pool_version, snippet_ids=page.snippet_ids,
        messages=Jsonb(page.messages), sha256=page.sha256,
    )  # fmt: skip
