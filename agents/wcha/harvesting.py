"""The harvest: from an episode's sources, or its topic alone, to clean text in the database."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.wcha.bundle import BundleSource, HarvestedContentBundle, Problem
from agents.wcha.deadline import Deadline
from agents.wcha.errors import NothingUsable, TooSlow, UnreadableSource
from agents.wcha.loading import Loading
from agents.wcha.reading import Reader
from agents.wcha.rows import ADD_FOUND, ATTACH, SOURCES, WRITE_TEXT, SourceRow
from agents.wcha.search import Found, search
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted
from streamer.media import MediaStore

_log = structlog.get_logger(__name__)


def _go_on() -> None:
    """Nobody can stop this harvest."""


def harvest(
    connection: Connection[Any],
    store: MediaStore,
    *,
    workflow_id: UUID,
    topic: str,
    user_id: UUID | None = None,
    settings: HarvestSettings | None = None,
    checkpoint: Callable[[], None] = _go_on,
) -> HarvestedContentBundle:
    """Read an episode's sources into ``sources.body``; where it has none, find some.

    Running it again reads nothing twice and changes nothing. A source that cannot be read is
    named in ``problems`` and left out. ``connection`` autocommits. ``checkpoint`` is called at
    least every second while sources are fetched and read, and may raise: then nothing more is.

    Raises:
        NothingUsable: no source can be used, or nothing is known about the topic. Never retryable:
            the same material would fail again.
    """
    limits = settings or HarvestSettings()
    started = time.monotonic()
    rows = SOURCES.all(connection, podcast_id=workflow_id)
    problems: list[Problem] = []
    with Reader(limits, checkpoint) as reader:
        if rows:
            _read_all(connection, store, rows, limits, reader, checkpoint, problems)
        else:
            chosen = search(connection, topic, limits, reader)
            checkpoint()
            _keep(connection, workflow_id, user_id, chosen)
    read = [r for r in SOURCES.all(connection, podcast_id=workflow_id) if r.harvested_at]
    usable = _best_of_each_address(read)
    if not usable:
        raise NothingUsable(_explain(problems))
    _log.info(
        "harvested", workflow_id=str(workflow_id), sources=len(usable), problems=len(problems),
        seconds=round(time.monotonic() - started, 3),
    )  # fmt: skip
    return _bundle(topic, usable, problems)


def _explain(problems: list[Problem]) -> str:
    if len(problems) == 1:
        return problems[0]["message"]
    said = " ".join(f"{problem['title']}: {problem['message']}" for problem in problems)
    return f"None of the sources can be used. {said}"


def _best_of_each_address(rows: list[SourceRow]) -> list[SourceRow]:
    """Of a page and a feed's extract of it the longer: both would say the same twice."""
    best: dict[str, SourceRow] = {}
    for row in rows:
        known = best.get(row.url) if row.url else None
        if row.url and (known is None or len(row.body or "") > len(known.body or "")):
            best[row.url] = row
    return [row for row in rows if not row.url or best[row.url] is row]


# Given sources


def _read_all(
    connection: Connection[Any],
    store: MediaStore,
    rows: list[SourceRow],
    limits: HarvestSettings,
    reader: Reader,
    checkpoint: Callable[[], None],
    problems: list[Problem],
) -> None:
    """Fetch what is missing side by side, then read and write each text in order."""
    missing = [row for row in rows if not row.harvested_at]
    if not missing:
        return
    reader.start()
    deadline = Deadline(limits.harvest_seconds)
    with Loading(connection, store, missing, limits) as loading:
        for row in missing:
            try:
                data = loading.wait(row, deadline, checkpoint)
                checkpoint()
                _write(connection, row, *_read(row, data, reader, deadline))
            except UnreadableSource as error:
                problems.append(_problem(row, error))


def _problem(row: SourceRow, error: UnreadableSource) -> Problem:
    _log.warning("source_unreadable", source_id=str(row.source_id), reason=str(error))
    return {"source_id": str(row.source_id), "title": row.label, "message": str(error)}


def _read(row: SourceRow, data: bytes, reader: Reader, deadline: Deadline) -> tuple[Extracted, str]:
    if deadline.left <= 0:
        raise TooSlow("There was no time left to read this source.")
    text = reader.read(data, deadline.left)
    # What the caller says about a source is worth more than what the source says; but an upload's
    # title is only the name of its file.
    given = None if row.kind == "upload" else row.title
    named = replace(text, title=given or text.title, author=row.author or text.author)
    fallback = row.title or row.url
    return named.with_defaults(fallback, None, row.published_on), hashlib.sha256(data).hexdigest()


def _write(connection: Connection[Any], row: SourceRow, text: Extracted, digest: str) -> None:
    # No transaction: whoever still fetches speaks over the same connection.
    WRITE_TEXT.run(
        connection, source_id=row.source_id, body=text.body, outline=Jsonb(text.outline),
        title=text.title, author=text.author, published_on=text.published_on, sha256=digest,
    )  # fmt: skip


# Found sources


def _keep(
    connection: Connection[Any], workflow_id: UUID, user_id: UUID | None, chosen: list[Found]
) -> None:
    with connection.transaction():
        for position, found in enumerate(chosen):
            source_id = uuid5(workflow_id, found.identity)
            _add(connection, source_id, user_id, found)
            ATTACH.run(connection, podcast_id=workflow_id, source_id=source_id, position=position)


def _add(connection: Connection[Any], source_id: UUID, user_id: UUID | None, found: Found) -> None:
    text, library = found.text, found.kind == "library"
    ADD_FOUND.run(
        connection, source_id=source_id, user_id=user_id, kind=found.kind, title=text.title,
        author=text.author, url=found.url, published_on=text.published_on,
        document_id=found.identity if library else None,
        media_type="text/markdown" if library else "text/html", body=text.body,
        outline=Jsonb(text.outline), sha256=hashlib.sha256(text.body.encode()).hexdigest(),
    )  # fmt: skip


# What is handed on


def _bundle(topic: str, rows: list[SourceRow], problems: list[Problem]) -> HarvestedContentBundle:
    from agents.wcha.gist import cover_prompt

    return {
        "topic": topic,
        "retrieval_timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "cover_art_prompt": cover_prompt(topic, [row.text() for row in rows]),
        "sources": [_bundle_source(row) for row in rows],
        "problems": problems,
    }


def _bundle_source(row: SourceRow) -> BundleSource:
    from agents.wcha.gist import first_sentence

    text = row.text()
    return {
        "source_id": str(row.source_id),
        "source_url": row.url,
        "title_of_source": row.label,
        "summary_of_source": first_sentence(text),
        "retrieval_datetime": row.harvested_at.isoformat(timespec="seconds")
        if row.harvested_at
        else "",
        "words": text.words,
        "metadata": {
            "date": row.published_on.isoformat() if row.published_on else None,
            "author": row.author,
        },
    }
