"""A card as the facade keeps it: what is said of it, and what its place depends on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.snippets.ranking import Merits
from api.snippets.rows import CardRow, CitationRow, Standing

NOTHING_KNOWN = 1.0
"""How new and how good a story is taken to be of which discovery said neither."""
_SOURCE = ("source_title", "source_url", "publisher", "quote")


@dataclass(frozen=True, slots=True)
class PoolCard:
    """A card that may be shown."""

    snippet_id: UUID
    topic_id: UUID
    version: int
    workflow_id: UUID | None
    made_at: datetime
    image_uri: str | None
    """As the media store calls it; no such address leaves the facade."""
    merits: Merits
    shown: int
    """To everybody, some minutes ago at most."""
    said: dict[str, Any]
    """The card as answers have it, without what is another for each caller or hour."""


def make_card(row: CardRow, citations: Iterable[CitationRow]) -> PoolCard:
    """The card of a row and the words it rests on."""
    quoted = {each.span: each for each in citations}
    return PoolCard(
        row.snippet_id, row.topic_id, row.version, row.workflow_id, row.generation_timestamp,
        row.image_url, _merits(row), row.shown, _said(row, quoted),
    )  # fmt: skip


def stand(card: PoolCard, standing: Standing) -> PoolCard:
    """The card with what is known of it by now."""
    spread = standing.spread
    if (card.shown, card.merits.publishers) == (standing.shown, spread):
        return card
    return replace(
        card, shown=standing.shown, merits=replace(card.merits, publishers=spread),
        said={**card.said, "spread": spread},
    )  # fmt: skip


def _merits(row: CardRow) -> Merits:
    return Merits(
        category=row.category or "",
        told_at=row.told_at.timestamp(),
        from_library=row.from_library,
        publishers=row.spread,
        novelty=NOTHING_KNOWN if row.novelty is None else row.novelty,
        quality=NOTHING_KNOWN if row.quality is None else row.quality,
    )


_Quoted = Mapping[tuple[str, int, int], CitationRow]


def _said(row: CardRow, quoted: _Quoted) -> dict[str, Any]:
    return {
        "snippet_id": str(row.snippet_id),
        "topic_id": str(row.topic_id),
        "title": row.title,
        "text_content": row.text_content,
        "cover_art_prompt": row.cover_art_prompt,
        "image_url": None,
        "cover": row.cover,
        "estimated_full_podcast_length": row.estimated_full_podcast_length,
        "generation_timestamp": stamp(row.generation_timestamp),
        "category": row.category,
        "keywords": row.keywords,
        "sentences": [
            {"text": each["text"], "citations": _cited(each["citations"], quoted)}
            for each in row.sentences
        ],
        "title_citations": _cited(row.title_citations, quoted),
        "spread": row.spread,
        "published_at": None if row.published_at is None else stamp(row.published_at),
        "episode": None,
    }


def _cited(spans: list[dict[str, Any]], quoted: _Quoted) -> list[dict[str, Any]]:
    """A span whose source is gone says nothing any more."""
    named = [(span["source_id"], span["start"], span["end"]) for span in spans]
    return [
        {"source_id": name[0], "start": name[1], "end": name[2]}
        | {key: getattr(quoted[name], key) for key in _SOURCE}
        for name in named
        if name in quoted
    ]


def stamp(moment: datetime) -> str:
    """A moment as JSON has it, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
