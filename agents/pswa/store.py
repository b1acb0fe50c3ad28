"""Scripts and their parts in PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from agents.aims.text.request import Heading, Source
from agents.pswa.errors import ForeignSource, NoSources, UnreadSource
from agents.pswa.script import Plan, PodcastScript, ScriptLine, ScriptPart
from sql.statements import Command, Statement

Transaction = Callable[[], AbstractContextManager[Connection[Any]]]


@dataclass(frozen=True)
class SourceRow:
    """A source as it is stored; ``body`` is None until it has been harvested."""

    source_id: UUID
    title: str | None
    body: str | None
    outline: Any
    author: str | None = None


@dataclass(frozen=True)
class _Finished:
    structured_script: Any


@dataclass(frozen=True)
class _Part:
    position: int
    heading: str
    lines: Any


_SOURCES = Statement("scripts/sources", SourceRow)
_FINISHED = Statement("scripts/finished", _Finished)
_BEGIN = Command("scripts/begin")
_PLAN = Command("scripts/plan")
_PUBLISHED = Statement("scripts/published", _Part)
_PUBLISH = Command("scripts/publish")
_COMPLETE = Command("scripts/complete")
_FAIL = Command("scripts/fail")


@dataclass(frozen=True)
class ScriptStore:
    """One revision of one script. Each write is a transaction of its own under the fence."""

    transaction: Transaction
    script_id: UUID
    revision: int

    def find_sources(self, source_ids: list[UUID], user_id: UUID | None) -> list[SourceRow]:
        """The sources that this caller may read, in the order asked, read or not."""
        with self.transaction() as connection:
            rows = _SOURCES.all(connection, source_ids=source_ids, user_id=user_id)
        found = {row.source_id: row for row in rows}
        return [found[source_id] for source_id in dict.fromkeys(source_ids) if source_id in found]

    def find_finished(self) -> PodcastScript | None:
        """The script, where it has been completed before."""
        with self.transaction() as connection:
            row = _FINISHED.one(connection, script_id=self.script_id, revision=self.revision)
        return PodcastScript.model_validate(row.structured_script) if row else None

    def begin(self, workflow_id: UUID, user_id: UUID | None, topic_hash: str, model: str) -> None:
        """Open the script, or go on with it."""
        with self.transaction() as connection:
            _BEGIN.run(
                connection, script_id=self.script_id, revision=self.revision, model=model,
                workflow_id=workflow_id, user_id=user_id, topic_hash=topic_hash,
            )  # fmt: skip

    def published(self) -> dict[int, ScriptPart]:
        """The parts that stand already, by position."""
        with self.transaction() as connection:
            rows = _PUBLISHED.all(connection, script_id=self.script_id, revision=self.revision)
        return {
            row.position: ScriptPart(
                position=row.position,
                heading=row.heading,
                lines=[ScriptLine.model_validate(line) for line in row.lines],
            )
            for row in rows
        }

    def plan(self, plan: Plan) -> None:
        """Write down how much there will be."""
        with self.transaction() as connection:
            _PLAN.run(
                connection, script_id=self.script_id, revision=self.revision, title=plan.title,
                planned_parts=plan.parts, estimated_seconds=plan.estimated_seconds,
            )  # fmt: skip

    def publish(self, part: ScriptPart) -> None:
        """Insert a part; one that stands at its position stays."""
        with self.transaction() as connection:
            _PUBLISH.run(
                connection, script_id=self.script_id, revision=self.revision,
                position=part.position, heading=part.heading,
                lines=Jsonb([line.model_dump(mode="json") for line in part.lines]),
            )  # fmt: skip

    def complete(self, script: PodcastScript, estimated_seconds: float | None) -> None:
        """Close the script as finished; how long it will sound, where that can be told."""
        with self.transaction() as connection:
            _COMPLETE.run(
                connection, script_id=self.script_id, revision=self.revision, title=script.title,
                part_count=len(script.parts), script=Jsonb(script.as_json()), model=script.model,
                estimated_seconds=estimated_seconds,
            )  # fmt: skip

    def fail(self, kind: str, message: str, retryable: bool) -> None:
        """Write down what went wrong; only a lasting error closes the script."""
        error = {"type": kind, "message": message, "retryable": retryable}
        with self.transaction() as connection:
            _FAIL.run(
                connection, script_id=self.script_id, revision=self.revision, error=Jsonb(error),
                status="writing" if retryable else "failed",
            )  # fmt: skip


def read_sources(rows: list[SourceRow], asked: list[UUID]) -> list[Source]:
    """The sources with their texts.

    Raises:
        NoSources: none was asked for.
        ForeignSource: one does not exist for this caller.
        UnreadSource: one has no text yet.
    """
    if not asked:
        raise NoSources
    if set(asked) - {row.source_id for row in rows}:
        raise ForeignSource
    return [_read_source(row) for row in rows]


def _read_source(row: SourceRow) -> Source:
    if row.body is None:
        raise UnreadSource(f"The source “{row.title or row.source_id}” has not been read yet.")
    outline = [Heading.model_validate(entry) for entry in row.outline or []]
    return Source(
        id=str(row.source_id), title=row.title or "", author=row.author or "",
        text=row.body, outline=outline,
    )  # fmt: skip
