"""What POST /podcasts takes."""

from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.podcasts.preferences import Preferences
from api.words import Line, Prose

MOST_SOURCES = 20
LONGEST_URL = 2048


class SourceRequest(BaseModel):
    """One source: an uploaded one by its id, a web address, or a text with its title."""

    model_config = ConfigDict(extra="forbid")

    source_id: UUID | None = None
    url: str | None = Field(default=None, max_length=LONGEST_URL)
    title: Line | None = None
    text: Prose | None = None

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.isprintable() or " " in value:
            raise ValueError("must not contain spaces or control characters")
        parts = urlsplit(value)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a whole http:// or https:// address")
        if parts.username or parts.password:
            raise ValueError("must not contain a user name or password")
        return value

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


class PodcastRequest(BaseModel):
    """A topic, or the id of a discovered one; and, if wished, what it is to be grounded in."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True,
        json_schema_extra={"examples": [{
            "topic": "How Debian decides",
            "sources": [{"url": "https://www.debian.org/vote/"}],
            "user_preferences": {"length_minutes": 3},
        }]},
    )  # fmt: skip

    topic: Line | None = None
    """What the episode is about: 1 to 300 characters in one line."""
    topic_id: UUID | None = None
    """A topic that was discovered, in place of `topic`."""
    sources: list[SourceRequest] = Field(default=[], max_length=MOST_SOURCES)
    """What the episode is grounded in; without it, what the library has on the topic."""
    user_preferences: Preferences = Field(default_factory=Preferences)
    """How the episode should be."""

    @model_validator(mode="after")
    def _has_one_topic(self) -> Self:
        if (self.topic is None) == (self.topic_id is None):
            raise ValueError("give either a topic or a topic_id")
        return self

    @model_validator(mode="after")
    def _sources_differ(self) -> Self:
        given = [each.source_id or each.url for each in self.sources if each.text is None]
        if len(set(given)) != len(given):
            raise ValueError("the same source is given twice")
        return self
