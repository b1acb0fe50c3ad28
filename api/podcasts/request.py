"""What POST /podcasts takes."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from api.podcasts.preferences import Preferences
from api.podcasts.web_address import LONGEST, check_address
from api.words import LINE_SCHEMA, PROSE_SCHEMA, Line, Prose

MOST_SOURCES = 20
_NAME = r"([0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?\.)+[A-Za-z]{2,}"
_URL = {
    "type": "string", "maxLength": LONGEST,
    "pattern": rf"^https?://{_NAME}(:[1-9][0-9]{{0,3}})?([/?#][!-~]*)?$",
}  # fmt: skip
"""Addresses every tool understands. Those with other letters in them are taken too."""


def _given(value: Any) -> Any:
    if value is None:
        raise ValueError("must not be null; what is not given is left out")
    return value


Given = BeforeValidator(_given)
_UUID = {"type": "string", "format": "uuid"}
Id = Annotated[UUID | None, Given, WithJsonSchema(_UUID)]
Address = Annotated[str, AfterValidator(check_address)]


def _one_of(schema: dict[str, Any]) -> None:
    """Say that it is one of three things, each with keys of its own."""
    properties = schema.pop("properties")
    for key in ("type", "additionalProperties", *properties):
        schema.pop(key, None)
        properties.get(key, {}).pop("default", None)
    schema["oneOf"] = [
        _variant("Uploaded source", "source_id", properties=properties),
        _variant("Web address", "url", properties=properties),
        _variant("Text", "title", "text", properties=properties),
    ]


def _variant(title: str, *keys: str, properties: dict[str, Any]) -> dict[str, Any]:
    kept = {key: properties[key] for key in keys}
    return {
        "type": "object", "title": title, "required": list(keys), "properties": kept,
        "additionalProperties": False,
    }  # fmt: skip


class SourceRequest(BaseModel):
    """One source: an uploaded one by its id, a web address, or a text with its title."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra=_one_of
    )

    source_id: Id = None
    """From POST /sources."""
    url: Annotated[Address | None, Given, WithJsonSchema(_URL)] = None
    """A page or PDF on the public web."""
    title: Annotated[Line | None, Given, WithJsonSchema(LINE_SCHEMA)] = None
    """What the text is called."""
    text: Annotated[Prose | None, Given, WithJsonSchema(PROSE_SCHEMA)] = None
    """The text itself."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [name for name in ("source_id", "url", "text") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError('must be one of {"source_id"}, {"url"} and {"title", "text"}')
        if given == ["text"] and self.title is None:
            raise ValueError("a text needs a title")
        if given != ["text"] and self.title is not None:
            raise ValueError("only a text has a title here")
        return self

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same source as another."""
        return (self.source_id, self.url, self.title, self.text)


def _one_topic(schema: dict[str, Any]) -> None:
    for each in schema["properties"].values():
        if each.get("default", True) is None:
            del each["default"]
    schema["oneOf"] = [{"required": ["topic"]}, {"required": ["topic_id"]}]
    schema["examples"] = [
        {"topic": "How coffee conquered the world"},
        {
            "topic": "How Debian decides",
            "sources": [{"url": "https://www.debian.org/vote/"}],
            "user_preferences": {"length_minutes": 3, "format": "brief"},
        },
        {
            "topic": "What the harbour board decided in May",
            "sources": [{"title": "Minutes of May", "text": "The board met on 3 May …"}],
        },
    ]


class PodcastRequest(BaseModel):
    """A topic, or the id of a discovered one; and, if wished, what it is to be grounded in."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra=_one_topic
    )

    topic: Annotated[Line | None, Given, WithJsonSchema(LINE_SCHEMA)] = None
    """What the episode is about: 1 to 300 characters in one line."""
    topic_id: Id = None
    """A topic that was discovered, in place of `topic`; its card's id does as well."""
    sources: list[SourceRequest] = Field(
        default=[], max_length=MOST_SOURCES, json_schema_extra={"uniqueItems": True}
    )
    """What the episode is grounded in; without it, what the topic's card rests on, or what the
    library has on the topic."""
    user_preferences: Preferences = Field(default_factory=Preferences)
    """How the episode should be."""

    @field_validator("sources")
    @classmethod
    def _differ(cls, sources: list[SourceRequest]) -> list[SourceRequest]:
        seen: dict[tuple[object, ...], int] = {}
        for position, each in enumerate(sources):
            first = seen.setdefault(each.identity, position)
            if first != position:
                raise ValueError(f"{position} is the same source as {first}")
        return sources

    @model_validator(mode="after")
    def _has_one_topic(self) -> Self:
        if (self.topic is None) == (self.topic_id is None):
            raise ValueError("give either a topic or a topic_id")
        return self
