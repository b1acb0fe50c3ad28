"""What may happen to a podcast: each kind of event and its data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, field_validator

from api.podcasts.document import AgentState, Progress, Status


class Happening(BaseModel):
    """What every event says."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: datetime
    """When it happened."""


class Estimated(Happening):
    """An event that brings the end nearer."""

    estimated_seconds_left: int | None = None
    """What recently finished episodes of this length would still take; null where nothing can be
    told: none has finished yet, or this one takes longer than they did."""


class Written(BaseModel):
    """How far the script is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    written: int
    total: int | None = None
    """Null until the writer knows."""


class StatusTold(Estimated):
    """The podcast's status, at the beginning of a stream and whenever status, title or error
    change. The first of a stream has the whole present state."""

    status: Status
    title: str | None = None
    error: str | None = None
    agents: list[AgentState] | None = None
    """Only in the first: every step, as in GET /podcasts/{workflow_id}."""
    script: Written | None = None
    """Only in the first."""
    seconds_spoken: float | None = None
    """Only in the first."""
    estimated_total_seconds: float | None = None
    """Only in the first: how long the episode will sound, as `spoken` and `script_planned` say."""


class AgentTold(Happening):
    """A step has begun, waits or has ended."""

    agent: str
    task: str
    map_index: int | None = None
    """Which of several steps of that name; null where there is one only."""
    status: str
    """As in GET /podcasts/{workflow_id}."""
    retries: int
    error: str | None = None


class AgentWaiting(AgentTold):
    """A step is planned (pending), handed to its agent (dispatched), or will be tried again
    (pending, with an error)."""


class AgentStarted(AgentTold):
    """A step is at work; said again when it is tried again."""


class AgentEnded(AgentTold):
    """A step is over: completed, failed, skipped or cancelled."""


class AgentProgress(Estimated):
    """How far a step's agent is."""

    agent: str
    task: str
    progress: Progress | None

    @field_validator("progress", mode="before")
    @classmethod
    def _amounts_only(cls, said: Any) -> Any:
        """As in the status: what names no amount is no progress."""
        return said if said and "done" in said else None


class ScriptPlanned(Estimated):
    """The outline stands: how much there will be. Said again when the script is complete, by then
    by its own lines."""

    total: int | None
    """Parts."""
    estimated_total_seconds: float | None
    """How long the episode will sound; null where nothing tells, as with voices whose pace nobody
    has measured, or while a model only means to write so much."""


class ScriptPart(Estimated):
    """A part of the script is written; it is in the status from now on."""

    position: int
    heading: str
    written: int
    total: int | None


class Spoken(Estimated):
    """A line can be heard."""

    line_id: str
    seconds: float
    """How long the stream is by now."""
    estimated_total_seconds: float | None = None
    """How long it will be: the script's estimate, put right by what was spoken so far. Null where
    there is none."""


class StreamTold(Happening):
    """The audio stream opened anew (a higher revision begins at zero seconds), ended or broke."""

    status: str
    """As in GET /podcasts/{workflow_id}."""
    revision: int


class SourceTold(Happening):
    """A source was read, or what is known of it changed."""

    source_id: UUID
    title: str | None
    url: str | None
    harvested: bool


class Changed(Happening):
    """Something else that the status shows is different now."""

    what: list[str]
    """Any of: media, podcast, script, sources, steps, stream, workflow."""


class End(Happening):
    """The last event: the podcast is finished, one way or another, and the stream closes."""

    status: Status
    title: str | None = None
    error: str | None = None


KINDS: dict[str, type[Happening]] = {
    "status": StatusTold,
    "agent_waiting": AgentWaiting,
    "agent_started": AgentStarted,
    "agent_progress": AgentProgress,
    "agent_ended": AgentEnded,
    "script_planned": ScriptPlanned,
    "script_part": ScriptPart,
    "spoken": Spoken,
    "stream": StreamTold,
    "source": SourceTold,
    "changed": Changed,
    "end": End,
}
"""Every kind the server sends, by the name on the wire."""


def compose(kind: str, at: datetime, data: dict[str, Any], left: int | None) -> Happening:
    """An event's data, as recorded, with what is only known when it is sent."""
    model = KINDS[kind]
    if issubclass(model, Estimated):
        return model(at=at, estimated_seconds_left=left, **data)
    return model(at=at, **data)
