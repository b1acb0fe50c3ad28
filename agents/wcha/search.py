"""Finding material on a topic: the library first, then Wikipedia and the feeds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from agents.wcha.errors import NothingUsable, UnreadableSource
from agents.wcha.extract import extract
from agents.wcha.relevance import choose, score
from agents.wcha.rows import HITS, READ_DOCUMENT, TITLES, WORDS
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted

if TYPE_CHECKING:
    from agents.wcha.reading import Reader

_CANDIDATES = 30
_OFFERED = 6


@dataclass(frozen=True)
class Found:
    """A document a search chose. ``identity`` stays the same from search to search."""

    kind: str
    identity: str
    url: str | None
    text: Extracted


def search(
    connection: Connection[Any], topic: str, settings: HarvestSettings, reader: "Reader"
) -> list[Found]:
    """One to three documents about a topic. ``reader`` reads what comes from the web.

    Raises:
        NothingUsable: there are none; the message names topics there is something about.
    """
    found = search_library(connection, topic, settings)
    if found or not settings.search_web:
        online = True
    else:
        from agents.wcha.manners import Manners
        from agents.wcha.web import search_web

        found, online = search_web(topic, settings, reader, Manners(connection, settings))
    if not found:
        raise NothingUsable(_nothing_about(connection, topic, online and settings.search_web))
    return found


def search_library(
    connection: Connection[Any], topic: str, settings: HarvestSettings
) -> list[Found]:
    """Documents of the library that are about a topic, best first."""
    words = WORDS.all(connection, topic=topic)
    if not words:
        return []
    chosen = choose(score(words, HITS.all(connection, topic=topic, limit=_CANDIDATES)))
    return [found for key in chosen if (found := _read(connection, key, settings))]


def _read(connection: Connection[Any], key: str, settings: HarvestSettings) -> Found | None:
    row = READ_DOCUMENT.one(connection, document_id=key)
    if row is None:
        return None
    try:
        text = extract(f"# {row.title}\n\n{row.body}".encode(), settings)
    except UnreadableSource:
        return None
    text = text.with_defaults(row.title, row.author, row.published_on)
    return Found("library", row.document_id, row.url, text)


def _nothing_about(connection: Connection[Any], topic: str, online: bool) -> str:
    offered = "; ".join(row.title for row in TITLES.all(connection, limit=_OFFERED))
    where = "" if online else ", and the web cannot be reached to look further"
    hint = f" The library could tell you about: {offered}." if offered else ""
    short = topic if len(topic) <= 80 else f"{topic[:80]}…"
    return f"Nothing in the library is about “{short}”{where}.{hint} Or give a source of your own."
