"""What goes over the wire at the speech side of AIMS."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 20_000
LONGEST_WAIT = 30.0

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$")]


class SynthesizeRequest(BaseModel):
    """A line to speak. ``key`` names it: the same key is the same job, never spoken twice."""

    model_config = ConfigDict(extra="forbid")

    key: Key
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    voice: Annotated[str, Field(min_length=1, max_length=64)]
    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    due_in_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """In how long a listener needs the line's first sound; absent: nobody waits for it."""


class Accepted(BaseModel):
    """The line is taken; ask for its task."""

    task_id: str


class SpokenLine(BaseModel):
    """A spoken line. ``synthesized`` is true where this job spoke it, false where it was kept."""

    audio_uri: str
    duration_seconds: float
    sample_rate: int
    samples: int
    synthesized: bool = False


class SpeechError(BaseModel):
    """Why a line was not spoken."""

    type: str
    message: str
    retryable: bool


class SynthesisState(BaseModel):
    """Where a line is."""

    task_id: str
    status: Literal["PENDING", "STARTED", "SUCCESS", "FAILURE"]
    result: SpokenLine | None = None
    error: SpeechError | None = None


class VoiceEntry(BaseModel):
    """One speaker."""

    name: str
    gender: Literal["female", "male", "unknown"]
    accent: str
    model: str
    fast: bool
    """Whether its lines are there almost at once, many times faster than real time."""


class VoiceList(BaseModel):
    """The speakers, and what has been done since the service started."""

    backend: str
    voices: list[VoiceEntry]
    counters: dict[str, Any]
