"""The harvest: from an episode's sources, or its topic alone, to clean text in the database."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.wcha.bundle import BundleSource, HarvestedContentBundle, Problem
from agents.wcha.errors import (
    DamagedSource,
    MissingSource,
    NothingUsable,
    TooLarge,
    UnreadableSource,
)
from agents.wcha.rows import ADD_FOUND, ATTACH, SOURCES, WRITE_TEXT, SourceRow
from agents.wcha.search import Found, search
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted
from streamer.errors import MediaNotFound
from streamer.media import MediaStore

_log = structlog.get_logger(__name__)
_PARALLEL = 4


def harvest(
    connection: Connection[Any],
    store: MediaStore,
    *,
    workflow_id: UUID,
    topic: str,
    user_id: UUID | None = None,
    settings: HarvestSettings | None = None,
) -> HarvestedContentBundle:
    """Read an episode's sources into ``sources.body``; where it has none, find some.

    Running it again reads nothing twice and changes nothing. A source that cannot be read is
    named in ``problems`` and left out.

    Raises:
        NothingUsable: no source can be used, or nothing is known about the topic. Never retryable:
            the same material would fail again.
    """
    limits = settings or HarvestSettings()
    started = time.monotonic()
    rows = SOURCES.all(connection, podcast_id=workflow_id)
    problems: list[Problem] = []
    if rows:
        _read_all(connection, store, rows, limits, problems)
    else:
        _find(connection, workflow_id, topic, user_id, limits)
    usable = [r for r in SOURCES.all(connection, podcast_id=workflow_id) if r.harvested_at]
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


# Given sources


def _read_all(
    connection: Connection[Any],
    store: MediaStore,
    rows: list[SourceRow],
    limits: HarvestSettings,
    problems: list[Problem],
) -> None:
    """Fetch what is missing side by side, then write each text."""
    missing = [row for row in rows if not row.harvested_at]
    with ThreadPoolExecutor(max_workers=_PARALLEL) as threads:
        loads = [threads.submit(_load, store, row, limits) for row in missing]
        for row, load in zip(missing, loads, strict=True):
            try:
                _write(connection, row, *_read(row, load.result(), limits))
            except UnreadableSource as error:
                problems.append(_problem(row, error))


def _problem(row: SourceRow, error: UnreadableSource) -> Problem:
    _log.warning("source_unreadable", source_id=str(row.source_id), reason=str(error))
    return {"source_id": str(row.source_id), "title": row.label, "message": str(error)}


def _load(store: MediaStore, row: SourceRow, limits: HarvestSettings) -> bytes:
    """The bytes of a source, from wherever it lies."""
    if row.body is not None:
        return row.body.encode("utf-8", "surrogatepass")
    if row.content_uri:
        return _load_stored(store, row.content_uri, limits)
    if row.url:
        from agents.wcha.fetch import Fetcher

        return Fetcher(limits).fetch(row.url).data
    raise MissingSource


def _load_stored(store: MediaStore, uri: str, limits: HarvestSettings) -> bytes:
    try:
        if store.size(uri) > limits.source_max_bytes:
            raise TooLarge(f"This source is larger than {limits.source_max_bytes // 1_000_000} MB.")
        return store.read(uri)
    except MediaNotFound:
        raise MissingSource from None


def _read(row: SourceRow, data: bytes, limits: HarvestSettings) -> tuple[Extracted, str]:
    from agents.wcha.extract import extract

    try:
        text = extract(data, limits)
    except UnreadableSource:
        raise
    except Exception as error:
        # A parser's own failure on strange input must cost this one source, not the episode.
        _log.exception("source_parser_failed", source_id=str(row.source_id))
        raise DamagedSource from error
    # What the caller says about a source is worth more than what the source says; but an upload's
    # title is only the name of its file.
    given = None if row.kind == "upload" else row.title
    named = replace(text, title=given or text.title, author=row.author or text.author)
    fallback = row.title or row.url
    return named.with_defaults(fallback, None, row.published_on), hashlib.sha256(data).hexdigest()


def _write(connection: Connection[Any], row: SourceRow, text: Extracted, digest: str) -> None:
    with connection.transaction():
        WRITE_TEXT.run(
            connection, source_id=row.source_id, body=text.body, outline=Jsonb(text.outline),
            title=text.title, author=text.author, published_on=text.published_on, sha256=digest,
        )  # fmt: skip


# Found sources


def _find(
    connection: Connection[Any],
    workflow_id: UUID,
    topic: str,
    user_id: UUID | None,
    limits: HarvestSettings,
) -> None:
    chosen = search(connection, topic, limits)
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
