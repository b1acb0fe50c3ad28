"""The event stream in /openapi.json."""

import inspect
from typing import Any

from pydantic.json_schema import models_json_schema

from api.podcasts.events.kinds import KINDS

_EXAMPLE = {
    "id": "41",
    "event": "agent_progress",
    "data": '{"at":"2026-11-22T14:05:09Z","estimated_seconds_left":48,"agent":"pswa",'
    '"task":"weave_script","progress":{"done":3,"total":5,"unit":"parts"}}',
}


_EVENT = {
    "type": "object",
    "description": "One event of the stream. Lines that begin with a colon only keep it open. "
    "A `status` that an `end` follows at once has no `id`.",
    "required": ["event", "data"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]{1,18}$"},
        "event": {"type": "string", "enum": list(KINDS)},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


def describe_stream() -> dict[str, Any]:
    """The 200 of the stream: each event's name and the schema of its data.

    OpenAPI 3.1 has no words for the events within a stream; `x-events` says them.
    """
    _, defined = models_json_schema([(model, "serialization") for model in KINDS.values()])
    definitions = defined.get("$defs", {})
    schemas = {
        kind: _inline(definitions[model.__name__], definitions) for kind, model in KINDS.items()
    }
    names = "\n".join(f"- `{kind}`: {_say(model)}" for kind, model in KINDS.items())
    return {
        "description": f"Server-sent events. `data` is a JSON object.\n\n{names}",
        "content": {
            "text/event-stream": {
                "schema": _EVENT,
                "example": _EXAMPLE,
                "x-events": schemas,
            }
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
