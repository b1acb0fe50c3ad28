"""The tasks that every text back end knows: their parameters and the shape of their answers."""

from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from agents.aims.text.errors import BadAnswer, BadRequest

OUTLINE = "podcast_outline"
PART = "podcast_part"
SNIPPET = "snippet"

LONGEST_TITLE = 80
LONGEST_TEASER = 420
LONGEST_COVER_PROMPT = 400

Speaker = Literal["host_a", "host_b"]
Kind = Literal["fact", "connective"]


class Span(BaseModel):
    """Characters ``start`` to ``end`` (exclusive) of a source's text."""

    source_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class OutlinePart(BaseModel):
    """One part of the episode: what it is called and which passages it tells."""

    heading: str
    runs: list[Span]
    target_words: int


class Outline(BaseModel):
    """The plan of an episode.

    ``estimated_seconds`` is how long it will sound, ``measured`` says that it was found by writing
    the episode out, and is not what somebody means to write; ``shortened`` says that the sources
    could not fill the length that was asked.
    """

    title: str
    summary: str
    parts: list[OutlinePart]
    shortened: bool = False
    estimated_seconds: float = 0.0
    measured: bool = False


class Line(BaseModel):
    """Something one host says, and where it stands in the sources."""

    speaker: Speaker
    kind: Kind
    text: str
    citations: list[Span] = Field(default_factory=list)


class Part(BaseModel):
    """A part of the script, written out."""

    heading: str
    lines: list[Line]


class OutlineParameters(BaseModel):
    """What the planner of an episode has to know.

    ``words_per_minute`` is the pace while a voice sounds; the pauses (seconds) lie between two
    lines of one host, between the hosts, and between parts. ``opens`` is the host who speaks the
    first line; ``slow`` are those whose voice takes its time (:mod:`agents.aims.text.pacing`);
    ``drawl`` is how many times longer a host's voice speaks than the pace says, 1 where not given.
    """

    topic: str = ""
    minutes: float = Field(default=5.0, gt=0, le=60)
    format: Literal["deep_dive", "brief"] = "deep_dive"
    persona: str = ""
    language: str = "en"
    words_per_minute: float = Field(default=204.0, gt=60, lt=400)
    line_pause_seconds: float = Field(default=0.3, ge=0)
    turn_pause_seconds: float = Field(default=0.4, ge=0)
    part_pause_seconds: float = Field(default=0.85, ge=0)
    opens: Speaker = "host_a"
    slow: list[Speaker] = Field(default_factory=list)
    drawl: dict[Speaker, float] = Field(default_factory=dict)

    def pace_of(self, speaker: Speaker) -> float:
        """Words a minute of a host while the voice sounds."""
        return self.words_per_minute / self.drawl.get(speaker, 1.0)


class PartParameters(OutlineParameters):
    """What the writer of one part has to know: the plan, its place, and what was said before.

    ``attempt`` counts the askings for one part, so that a second answer may differ.
    """

    outline: Outline
    position: int = Field(ge=0)
    earlier: list[Part] = Field(default_factory=list)
    attempt: int = 0


class SnippetParameters(BaseModel):
    """What the writer of a card has to know.

    ``title_suggestion`` and ``keywords`` are what was found of the topic, and bind nobody;
    ``complete`` are the sources that hold their whole text and not an extract of it: only of them
    can be told how long an episode will be. ``attempt`` counts the askings for one card.
    """

    title_suggestion: str = ""
    keywords: list[str] = Field(default_factory=list)
    longest_title: int = Field(default=LONGEST_TITLE, ge=10, le=LONGEST_TITLE)
    sentences: tuple[int, int] = (2, 3)
    words_per_minute: float = Field(default=204.0, gt=60, lt=400)
    complete: list[str] = Field(default_factory=list)
    attempt: int = 0


class Sentence(BaseModel):
    """A sentence of a card, and where it stands in the sources."""

    text: str = Field(min_length=1)
    citations: list[Span] = Field(min_length=1)


class Snippet(BaseModel):
    """A card: what makes somebody want to hear the story, each word of it cited.

    ``cover_prompt`` says what its picture shows; ``estimated_seconds`` is how long an episode out
    of the same sources will be, None where nothing tells.
    """

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    title_citations: list[Span] = Field(min_length=1)
    sentences: list[Sentence] = Field(min_length=2, max_length=3)
    cover_prompt: str = Field(max_length=LONGEST_COVER_PROMPT)
    estimated_seconds: int | None = None


def read_parameters(kind: type[BaseModel], given: dict[str, Any]) -> Any:
    """Validate a task's parameters.

    Raises:
        BadRequest: they do not fit.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise BadRequest(f"The parameters do not fit: {_first_problem(error)}") from None


def read_answer(kind: type[BaseModel], given: dict[str, Any]) -> Any:
    """Validate a model's answer.

    Raises:
        BadAnswer: it does not fit.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise BadAnswer(f"The model's answer does not fit: {_first_problem(error)}") from None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
