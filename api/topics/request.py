"""What POST /topics/explore takes and answers."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from api.podcasts.document import Status
from api.podcasts.request import Given, Id
from api.snippets.document import Document, Snippet
from api.words import LINE_SCHEMA, one_line

LONGEST = 200
MOST = 12


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"must have at most {LONGEST} characters")
    return one_line(text)


Question = Annotated[
    str | None, Given, AfterValidator(_short),
    WithJsonSchema({**LINE_SCHEMA, "maxLength": LONGEST}),
]  # fmt: skip


def _one_thing(schema: dict[str, Any]) -> None:
    for each in schema["properties"].values():
        if each.get("default", True) is None:
            del each["default"]
    schema["oneOf"] = [{"required": ["topic_id"]}, {"required": ["query"]}]
    schema["examples"] = [{"query": "how lighthouses were lit"}]


def _whole(value: Any) -> Any:
    """To JSON 3.0 is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole)]


class ExploreRequest(BaseModel):
    """What to explore: what lies deeper in a topic, or a question."""

    model_config = ConfigDict(
        extra="forbid", strict=True, use_attribute_docstrings=True, json_schema_extra=_one_thing
    )

    topic_id: Id = Field(default=None, strict=False)
    """A story, as its card or a search names it."""
    query: Question = None
    """What to look for: 1 to 200 characters in one line."""
    limit: Count = 6
    """How many cards at most."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.topic_id is None) == (self.query is None):
            raise ValueError("give either a topic_id or a query")
        return self

    @property
    def identity(self) -> dict[str, Any]:
        """What makes it the same exploration as another."""
        return self.model_dump(mode="json")


class Exploration(Document):
    """An exploration at work."""

    workflow_id: UUID
    """Its state: GET /workflows/{workflow_id}."""
    status: Status
    source: str = Field(pattern="^generation$")
    snippets: list[Snippet]
    """Cards near to it that there are already."""
    events_url: str
    """Where the cards can be followed as they are made."""
