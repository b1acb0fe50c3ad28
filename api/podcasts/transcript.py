"""The script with its citations resolved: title and address of each source, and the words there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from psycopg import AsyncConnection

from api.podcasts.document import Citation, Line, Part, Script, Source
from sql import Statement


class Scripted(Protocol):
    """What is known of a podcast's script."""

    @property
    def podcast_id(self) -> UUID: ...  # noqa: D102
    @property
    def script_status(self) -> str | None: ...  # noqa: D102
    @property
    def summary(self) -> str | None: ...  # noqa: D102
    @property
    def part_count(self) -> int | None: ...  # noqa: D102
    @property
    def estimated_seconds(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class PartRow:
    """A part as it is stored."""

    position: int
    heading: str
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class Quote:
    """The words that one citation points at."""

    position: int
    line_index: int
    citation_index: int
    quote: str | None


@dataclass(frozen=True)
class Spoken:
    """When a line is heard, in seconds from the beginning."""

    line_id: str
    start_seconds: float
    end_seconds: float


PARTS = Statement("podcast_status/parts", PartRow)
QUOTES = Statement("podcast_status/quotes", Quote)
SPOKEN = Statement("podcast_status/spoken", Spoken)
Places = dict[tuple[int, int, int], str | None]


async def read_script(
    connection: AsyncConnection[Any], podcast: Scripted, sources: Iterable[Source]
) -> Script | None:
    """The script as far as it is written; None before it is begun."""
    if podcast.script_status is None:
        return None
    resolved = await _resolve(connection, podcast.podcast_id, sources)
    rows = await PARTS.aall(connection, workflow_id=podcast.podcast_id)
    return Script(
        complete=podcast.script_status == "completed",
        summary=podcast.summary,
        total=podcast.part_count,
        estimated_seconds=podcast.estimated_seconds,
        parts=[resolved.part(row) for row in rows],
    )


async def _resolve(
    connection: AsyncConnection[Any], workflow_id: UUID, sources: Iterable[Source]
) -> "_Resolved":
    quotes = await QUOTES.aall(connection, workflow_id=workflow_id)
    spoken = await SPOKEN.aall(connection, workflow_id=workflow_id)
    return _Resolved(
        {(each.position, each.line_index, each.citation_index): each.quote for each in quotes},
        {each.source_id: each for each in sources},
        {each.line_id: each for each in spoken},
    )


@dataclass(frozen=True)
class _Resolved:
    """What lines refer to."""

    quotes: Places
    sources: dict[UUID, Source]
    spoken: dict[str, Spoken]

    def part(self, row: PartRow) -> Part:
        lines = [self._line(row.position, index, line) for index, line in enumerate(row.lines)]
        return Part(position=row.position, heading=row.heading, lines=lines)

    def _line(self, position: int, index: int, line: dict[str, Any]) -> Line:
        heard = self.spoken.get(line["line_id"])
        return Line(
            line_id=line["line_id"],
            speaker=line["speaker"],
            kind=line["kind"],
            text=line["text"],
            start_seconds=heard.start_seconds if heard else None,
            end_seconds=heard.end_seconds if heard else None,
            citations=[
                self._citation(cited, self.quotes.get((position, index, number)))
                for number, cited in enumerate(line.get("citations") or [])
            ],
        )

    def _citation(self, cited: dict[str, Any], quote: str | None) -> Citation:
        source = self.sources.get(UUID(cited["source_id"]))
        return Citation(
            source_id=UUID(cited["source_id"]),
            start=cited["start"],
            end=cited["end"],
            quote=quote,
            source_title=source.title if source else None,
            source_url=source.url if source else None,
        )
