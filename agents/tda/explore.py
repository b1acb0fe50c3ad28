"""Looking further into a topic, or for what somebody asked: more of it, and what is near."""

import re
from dataclasses import replace
from typing import Any

from psycopg import Connection

from agents.tda import library
from agents.tda.errors import UnknownTopic
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.rows import READ, SOURCES, ParentRow, SourceOfTopic
from agents.tda.sentences import count_told
from agents.tda.settings import DiscoverySettings
from agents.tda.stories import Batch
from agents.wcha.relevance import ABOUT, score
from agents.wcha.rows import HITS, WORDS
from agents.wcha.text import BREAK, Heading
from agents.wcha.web import fits

MOST = 6
"""How many topics an exploration proposes."""
NEAR = 0.15
"""The cosine from which on an entry has to do with a topic."""
FITS = 0.5
LEAST = 3
"""Sentences without which a section is no topic."""
_HITS = 30
_SLUG = re.compile(r"[^a-z0-9]+")


def explore(
    connection: Connection[Any], order: Order, entries: list[Material],
    settings: DiscoverySettings,
) -> list[Material]:  # fmt: skip
    """What may become topics near what was asked for.

    Raises:
        UnknownTopic: the caller sees no such topic.
    """
    if order.parent_topic_id is None:
        return _asked_for(connection, order, str(order.query), entries, settings)
    parent = READ.one(connection, topic_id=order.parent_topic_id, user_id=order.user_id)
    if parent is None:
        raise UnknownTopic
    rows = SOURCES.all(connection, topic_id=parent.topic_id)
    deeper = [one for row in rows if row.complete for one in _sections_of_row(row, parent)]
    own = {row.document_id for row in rows}
    around = _documents(connection, order, _words_of(parent), 0.0, settings)
    near = [one for one in [*entries, *around] if one.document_id not in own or one.url]
    found = [*deeper, *_near(parent, rows, near)]
    if order.query:
        found = [one for one in found if fits(order.query, one.body) >= FITS]
    return found


def _asked_for(
    connection: Connection[Any], order: Order, query: str, entries: list[Material],
    settings: DiscoverySettings,
) -> list[Material]:  # fmt: skip
    documents = _documents(connection, order, query, ABOUT, settings)
    whole = library.whole(connection, [one.identity for one in documents], settings)
    deeper = [
        section
        for one in whole.values()
        for section in sections(one)
        if fits(query, section.body) >= FITS
    ]
    told = [one for one in entries if fits(query, f"{one.title} {one.text[:1500]}") >= FITS]
    return [*whole.values(), *told, *deeper]


def _words_of(parent: ParentRow) -> str:
    return " ".join([parent.title, *parent.keywords])


def _documents(
    connection: Connection[Any], order: Order, words: str, least: float,
    settings: DiscoverySettings,
) -> list[Material]:  # fmt: skip
    """Documents that discuss these words, the closest first, those told lately left out."""
    weights = WORDS.all(connection, topic=words)
    if not weights:
        return []
    scores = score(weights, HITS.all(connection, topic=words, limit=_HITS))
    kept = [key for key in scores if scores[key] >= least]
    found = library.untold(connection, order.user_id, settings, only=kept)
    return sorted(found, key=lambda one: (-scores[one.identity], one.identity))


def _near(parent: ParentRow, rows: list[SourceOfTopic], others: list[Material]) -> list[Material]:
    """Others that share words with a topic, and tell another story."""
    if not rows or not others:
        return []
    head = _material_of(rows[0], parent)
    batch = Batch([head, *others])
    return [
        other
        for place, other in enumerate(others, 1)
        if batch.cosines[0, place] >= NEAR and not batch.tell_the_same(0, place)
    ]


def _sections_of_row(row: SourceOfTopic, parent: ParentRow) -> list[Material]:
    return sections(_material_of(row, parent))


def _material_of(row: SourceOfTopic, parent: ParentRow) -> Material:
    shift = len(row.title) + len(BREAK)
    outline: tuple[Heading, ...] = tuple(
        {"level": one["level"], "text": one["text"], "start": one["start"] - shift}
        for one in row.outline
    )
    return Material(
        identity=row.url or row.document_id or str(row.source_id),
        kind=row.kind, title=row.title, text=row.body[shift:], publisher=row.publisher,  # type: ignore[arg-type]
        url=row.url, document_id=row.document_id, author=row.author,
        published_at=row.published_at, category=parent.category, outline=outline,
        complete=row.complete,
    )  # fmt: skip


def sections(whole: Material) -> list[Material]:
    """The parts of a text under its headings, each named by its heading, if there is enough."""
    starts = [one["start"] for one in whole.outline] + [len(whole.text)]
    found = []
    for number, heading in enumerate(whole.outline):
        text = whole.text[heading["start"] : starts[number + 1]].strip()
        told = count_told(text)
        if told >= LEAST:
            found.append(_section(whole, heading["text"], text, told))
    return found


def _section(whole: Material, heading: str, text: str, told: int) -> Material:
    slug = _SLUG.sub("-", heading.casefold()).strip("-")[:80]
    own = whole.identity.partition("#")[0] if whole.document_id else whole.identity
    return replace(
        whole, identity=f"{own}#{slug or 'section'}", whole=own, title=heading, text=text,
        outline=(), seen_at=None, usable=told,
    )  # fmt: skip
