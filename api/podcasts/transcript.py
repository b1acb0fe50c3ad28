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


PARTS = Statement("podcast_status/parts", PartRow)
QUOTES = Statement("podcast_status/quotes", Quote)
Places = dict[tuple[int, int, int], str | None]


async def read_script(
    connection: AsyncConnection[Any], podcast: Scripted, sources: Iterable[Source]
) -> Script | None:
    """The script as far as it is written; None before it is begun."""
    if podcast.script_status is None:
        return None
    rows = await PARTS.aall(connection, workflow_id=podcast.podcast_id)
    quotes = await QUOTES.aall(connection, workflow_id=podcast.podcast_id) if rows else []
    words = {(each.position, each.line_index, each.citation_index): each.quote for each in quotes}
    known = {each.source_id: each for each in sources}
    return Script(
        complete=podcast.script_status == "completed",
        summary=podcast.summary,
        parts=[_part(row, words, known) for row in rows],
    )


def _part(row: PartRow, words: Places, known: dict[UUID, Source]) -> Part:
    lines = [
        Line(
            line_id=line["line_id"], speaker=line["speaker"], kind=line["kind"], text=line["text"],
            citations=[
                _citation(cited, words.get((row.position, at, number)), known)
                for number, cited in enumerate(line.get("citations") or [])
            ],
        )
        for at, line in enumerate(row.lines)
    ]  # fmt: skip
    return Part(position=row.position, heading=row.heading, lines=lines)


def _citation(cited: dict[str, Any], quote: str | None, known: dict[UUID, Source]) -> Citation:
    source = known.get(UUID(cited["source_id"]))
    return Citation(
        source_id=cited["source_id"], start=cited["start"], end=cited["end"], quote=quote,
        source_title=source.title if source else None, source_url=source.url if source else None,
    )  # fmt: skip
