"""The event stream in /openapi.json."""

import inspect
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.podcasts.events.kinds import KINDS

EXAMPLE = {
    "id": "41",
    "event": "agent_progress",
    "data": '{"at":"2026-11-22T14:05:09Z","estimated_seconds_left":48,"agent":"pswa",'
    '"task":"weave_script","progress":{"done":3,"total":5,"unit":"parts"}}',
}
NUMBERED = "A `status` that an `end` follows at once has no `id`."


def describe_stream(
    kinds: Mapping[str, type[BaseModel]] = KINDS,
    example: dict[str, str] = EXAMPLE,
    numbered: str = NUMBERED,
) -> dict[str, Any]:
    """The 200 of a stream: each event's name and the schema of its data.

    OpenAPI 3.1 has no words for the events within a stream; `x-events` says them. ``numbered``
    says which events have no id.
    """
    _, defined = models_json_schema([(model, "serialization") for model in kinds.values()])
    definitions = defined.get("$defs", {})
    schemas = {
        kind: _inline(definitions[model.__name__], definitions) for kind, model in kinds.items()
    }
    names = "\n".join(f"- `{kind}`: {_say(model)}" for kind, model in kinds.items())
    return {
        "description": f"Server-sent events. `data` is a JSON object.\n\n{names}",
        "content": {
            "text/event-stream": {
                "schema": _event(list(kinds), numbered),
                "example": example,
                "x-events": schemas,
            }
        },
    }


def _event(kinds: list[str], numbered: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "One event of the stream. Lines that begin with a colon only keep it open. "
        + numbered,
        "required": ["event", "data"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            "event": {"type": "string", "enum": kinds},
            "data": {"type": "string", "contentMediaType": "application/json"},
        },
    }


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with what it refers to in its place: an extension's names are nobody else's."""
    if isinstance(schema, list):
        return [_inline(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inline(each, definitions) for name, each in schema.items()}


def _say(model: type) -> str:
    return " ".join(inspect.cleandoc(model.__doc__ or "").split())
