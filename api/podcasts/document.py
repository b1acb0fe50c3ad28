"""What GET /podcasts/{workflow_id} answers."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Status = Literal["GENERATING", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCELLED"]


class _Document(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Accepted(_Document):
    """A podcast that will be made."""

    podcast_id: UUID
    workflow_id: UUID
    """The same as podcast_id."""
    status: Status
    stream_id: str
    """A signed, expiring capability."""
    websocket_url: str
    """Where the audio can be heard as it is made."""
    estimated_wait_seconds: int


class Cancelled(_Document):
    """A podcast that will not be made."""

    podcast_id: UUID
    workflow_id: UUID
    status: Status


class Progress(_Document):
    """How far an agent is."""

    done: float
    total: float | None = None
    unit: str = ""


class AgentState(_Document):
    """One step of the flow."""

    agent: str
    task: str
    map_index: int | None = None
    """Which of several steps of that name; null where there is one only."""
    status: str
    """pending, dispatched, in_progress, completed, failed, skipped or cancelled."""
    progress: Progress | None = None
    retries: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None


class Media(_Document):
    """A file at a signed URL that expires within fifteen minutes."""

    url: str
    media_type: str
    bytes: int | None = None


class MediaSet(_Document):
    """What can be fetched."""

    audio: Media | None = None
    """The mastered episode, MP3; withheld where it failed its quality control."""
    episode: Media | None = None
    """The streamed episode, WebM/Opus, seekable."""
    cover: Media | None = None


class Stream(_Document):
    """Where the episode is heard as it is made."""

    stream_id: str
    websocket_url: str
    status: str
    """open, ended, failed, cancelled, or expired: it was whole and can no longer be heard. The
    episode can, by `media`."""


class Citation(_Document):
    """Where a line has its facts from: characters ``start`` up to, not including, ``end``."""

    source_id: UUID
    start: int
    end: int
    source_title: str | None = None
    source_url: str | None = None
    quote: str | None = None
    """The words there."""


class Line(_Document):
    """What one host says."""

    line_id: str
    speaker: str
    kind: str
    """fact (has citations) or connective."""
    text: str
    start_seconds: float | None = None
    """Where it begins in the episode; null until it is spoken."""
    end_seconds: float | None = None
    citations: list[Citation] = []


class Part(_Document):
    """A part of the script; it is published whole and never changes."""

    position: int
    heading: str
    lines: list[Line]


class Script(_Document):
    """The script as far as it is written."""

    complete: bool
    summary: str | None = None
    total: int | None = None
    """How many parts there will be; null until the outline stands."""
    estimated_seconds: float | None = None
    """How long the episode will sound; null where nothing tells."""
    parts: list[Part]


class Source(_Document):
    """What the episode is grounded in."""

    source_id: UUID
    kind: str
    title: str | None = None
    url: str | None = None
    author: str | None = None
    published_on: date | None = None
    harvested: bool


class Links(_Document):
    """Ways from here."""

    self: str
    workflow: str
    episode: str
    """The episode's page, signed: whoever has the link can open it."""
    airflow_run: str
    """The run in Airflow, for operators."""


class PodcastStatus(_Document):
    """A podcast, finished or on its way."""

    podcast_id: UUID
    workflow_id: UUID
    status: Status
    topic: str
    title: str | None
    error: str | None
    """What went wrong, for people."""
    preferences: dict[str, Any]
    agents: list[AgentState]
    duration_seconds: float | None
    quality: dict[str, Any] | None
    """The quality report of the finished audio."""
    media: MediaSet
    stream: Stream
    script: Script | None
    sources: list[Source]
    created_at: datetime
    ended_at: datetime | None
    client_workflow_id: str | None
    """The X-Workflow-ID it was asked with."""
    links: Links
