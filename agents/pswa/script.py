"""The script as it is stored and handed on."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from agents.aims.text.tasks import Line, Span

__all__ = ["GroundingReport", "PodcastScript", "Preferences", "ScriptLine", "ScriptPart", "Third"]


class Preferences(BaseModel):
    """What a caller wants of the script; what concerns others is let through unread."""

    model_config = ConfigDict(extra="allow")

    format: Literal["deep_dive", "brief"] = "deep_dive"
    length_minutes: float = Field(default=5.0, ge=0.5, le=30)
    persona: str | None = None
    language: str = "en"
    voices: dict[str, Any] = Field(default_factory=dict)

    @property
    def rate(self) -> float:
        """How much faster than usual the voices are asked to speak."""
        rate = self.voices.get("rate", 1.0)
        return float(rate) if isinstance(rate, int | float) and 0.5 <= rate <= 2 else 1.0


class ScriptLine(BaseModel):
    """One line. A ``fact`` cites where it stands; a ``connective`` claims nothing."""

    line_id: str
    speaker: Literal["host_a", "host_b"]
    kind: Literal["fact", "connective"]
    text: str
    citations: list[Span] = Field(default_factory=list)


class ScriptPart(BaseModel):
    """A part, published once and whole."""

    position: int
    heading: str
    lines: list[ScriptLine]

    @classmethod
    def number(cls, position: int, heading: str, lines: list[Line]) -> "ScriptPart":
        """A part out of its lines, each with its id ``<position>.<n>``."""
        numbered = [
            ScriptLine(line_id=f"{position}.{place}", **line.model_dump())
            for place, line in enumerate(lines)
        ]
        return cls(position=position, heading=heading, lines=numbered)


class Third(BaseModel):
    """What the gate found in a third of the episode's lines."""

    facts: int = 0
    kept: int = 0
    replaced: int = 0
    dropped: int = 0
    connectives: int = 0
    silenced: int = 0


class GroundingReport(BaseModel):
    """What the gate found, over all and by thirds: errors cluster in the last one.

    ``kept`` facts stood as written, ``replaced`` ones became their verbatim source, ``dropped``
    ones went; ``silenced`` counts connective lines that claimed something.
    """

    total: Third
    thirds: list[Third]
    shares: dict[str, float] = Field(default_factory=dict)
    words: int = 0


class PodcastScript(BaseModel):
    """The whole script."""

    script_id: UUID
    revision: int
    title: str
    summary: str
    model: str
    parts: list[ScriptPart]
    shortened: bool = False
    estimated_seconds: float = 0.0
    grounding: GroundingReport

    def as_json(self) -> dict[str, Any]:
        """The script as JSON."""
        return self.model_dump(mode="json")
