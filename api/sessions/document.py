"""Sessions as the API tells them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler

from api.sessions.preferences import PreferencesOfSession


class SessionDocument(BaseModel):
    """A session of the caller's."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_id: UUID
    """Names it."""
    kind: Literal["browser", "api"]
    """A browser that is signed in, or the one session of all who come with a token."""
    created_at: datetime
    """When it began."""
    last_seen_at: datetime
    """When it was last used, to the minute."""
    expires_at: datetime
    """When it ends, if nothing ends it before."""
    preferences: PreferencesOfSession
    """What its user likes; what was never set is left out."""
    is_current: bool
    """Whether this very request comes from it."""


class SessionList(BaseModel):
    """The caller's sessions, the last used first."""

    sessions: list[SessionDocument] = Field(description="At most 100.")


class _Described:
    """Describes a patch of the preferences as they are, but that null may stand for each value."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(PreferencesOfSession.__pydantic_core_schema__))
        values = {
            name: value
            if {"type": "null"} in value.get("anyOf", ())
            else {"anyOf": [value, {"type": "null"}]}
            for name, value in whole["properties"].items()
        }
        return {"type": "object", "properties": values, "additionalProperties": False}


class SessionPatch(BaseModel):
    """What is to change: a JSON Merge Patch (RFC 7396); null unsets."""

    model_config = ConfigDict(
        extra="forbid", strict=True, use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {"preferences": {"muted": ["sport"], "length_minutes": 3}},
                {"preferences": {"length_minutes": None}},
            ]
        },
    )  # fmt: skip

    preferences: Annotated[dict[str, Any], _Described]
    """Keys of the preferences, each with its new value or null."""
