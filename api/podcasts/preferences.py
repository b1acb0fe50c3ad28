"""How a caller would like the episode."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.words import Line

Voice = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


def _whole(value: Any) -> Any:
    """To JSON 3.0 is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Minutes = Annotated[int, Field(ge=1, le=30), BeforeValidator(_whole)]


class Voices(BaseModel):
    """Who speaks: two different voices of the model service."""

    model_config = ConfigDict(extra="forbid", strict=True)

    host_a: Voice = "heart"
    """The host who knows the story."""
    host_b: Voice = "michael"
    """The host who asks."""

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.host_a == self.host_b:
            raise ValueError("host_a and host_b must be two different voices")
        return self


class Preferences(BaseModel):
    """`user_preferences`; what is left out is as the session has it, else takes its default."""

    model_config = ConfigDict(
        extra="forbid", strict=True, use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"format": "deep_dive", "length_minutes": 3}]},
    )  # fmt: skip

    format: Literal["deep_dive", "brief"] = "deep_dive"
    """deep_dive takes its time; brief gives the main points."""
    length_minutes: Minutes = 5
    """Length of the episode, in minutes."""
    persona: Line | None = None
    """For whom or in what manner the hosts speak."""
    language: Literal["en"] = "en"
    """The language spoken."""
    voices: Voices = Field(default_factory=Voices)
    """Who speaks."""
    cover: bool = True
    """Whether the episode gets a picture."""
