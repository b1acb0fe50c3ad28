"""The script as it is stored and handed on."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from agents.aims.text.tasks import Line, Part, Span

__all__ = ["GroundingReport", "Plan", "PodcastScript", "Preferences", "ScriptLine", "ScriptPart",
           "Third"]  # fmt: skip


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
    """One line. A ``fact`` cites where it stands; a ``connective`` claims nothing.

    ``estimated_end`` is when the voice will be done with it and the pause behind it, in seconds
    since the episode began.
    """

    line_id: str
    speaker: Literal["host_a", "host_b"]
    kind: Literal["fact", "connective"]
    text: str
    citations: list[Span] = Field(default_factory=list)
    estimated_end: float | None = None

    def bare(self) -> Line:
        """The line as a model writes it."""
        return Line(**self.model_dump(exclude={"line_id", "estimated_end"}))


class ScriptPart(BaseModel):
    """A part, published once and whole."""

    position: int
    heading: str
    lines: list[ScriptLine]

    @classmethod
    def number(
        cls, position: int, heading: str, lines: list[Line], ends: list[float]
    ) -> "ScriptPart":
        """A part out of its lines, each with its id ``<position>.<n>`` and its estimated end."""
        numbered = [
            ScriptLine(
                line_id=f"{position}.{place}", estimated_end=round(end, 2), **line.model_dump()
            )
            for place, (line, end) in enumerate(zip(lines, ends, strict=True))
        ]
        return cls(position=position, heading=heading, lines=numbered)

    def bare(self) -> Part:
        """The part as a model writes it."""
        return Part(heading=self.heading, lines=[line.bare() for line in self.lines])


@dataclass(frozen=True)
class Plan:
    """What is known of a script once its outline stands.

    ``estimated_seconds`` is None where the outline only says what somebody means to write.
    """

    title: str
    parts: int
    estimated_seconds: float | None


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
