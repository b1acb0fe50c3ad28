"""/openapi.json as a whole: what the routes say of themselves, and what holds for all of them."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.described_headers import HEADERS, fields_of
from api.examples import ANSWERS
from api.login.cookie import name_of
from api.problems import (
    CATALOGUE,
    MEDIA_TYPE,
    BodyTooLarge,
    ForeignOrigin,
    HeadersTooLarge,
    InternalError,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from api.settings import FacadeSettings

Document = dict[str, Any]

TAGS = [
    {"name": "podcasts", "description": "Ask for an episode, follow it, stop it."},
    {"name": "snippets", "description": "Stories to listen to: cards, their order, what is new."},
    {"name": "sources", "description": "Hand in what an episode shall be grounded in."},
    {"name": "episodes", "description": "An episode by its signed link; no token is needed."},
    {"name": "media", "description": "Audio and pictures, by signed and expiring links."},
    {"name": "workflows", "description": "The flow behind an episode, as operators see it."},
    {"name": "sessions", "description": "Where you are signed in, and what you like."},
    {"name": "health", "description": "For probes and Prometheus; no token is needed."},
]
EVERYWHERE = (BodyTooLarge, HeadersTooLarge, InternalError, Unavailable)
"""What any route may answer."""
GUARDED = (Unauthenticated, ForeignOrigin, TooManyRequests)
"""What any route may answer that asks who is calling."""
_OPEN_TAGS = {"health", "media", "episodes"}
_STANDARD = {
    "Range": "Which bytes you want (RFC 9110, section 14).",
    "If-Range": "`ETag` of what you have a part of; where it is another by now, you get the whole.",
    "If-None-Match": "`ETag` of what you have; 304 where it is still the same.",
    "limit": "How many at most.",
}
"""Fields and parameters that mean everywhere the same."""
_BY_ID = {"workflow_id": "$response.body#/workflow_id"}
LINKS = {
    ("create_podcast", "202"): {
        "status": {"operationId": "get_podcast", "parameters": _BY_ID},
        "events": {"operationId": "follow_podcast", "parameters": _BY_ID},
        "workflow": {"operationId": "get_workflow", "parameters": _BY_ID},
        "cancel": {"operationId": "cancel_podcast", "parameters": _BY_ID},
    },
    ("explore_topic", "202"): {
        "events": {"operationId": "follow_snippets", "parameters": _BY_ID},
        "workflow": {"operationId": "get_workflow", "parameters": _BY_ID},
    },
    ("get_podcast", "200"): {
        "workflow": {"operationId": "get_workflow", "parameters": _BY_ID},
        "cancel": {"operationId": "cancel_podcast", "parameters": _BY_ID},
    },
}
"""Which answer leads where, by operation and status."""


def describe(app: FastAPI, models: list[type[BaseModel]], settings: FacadeSettings) -> Document:
    """The document."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes,
        tags=TAGS, servers=[{"url": "/", "description": "This facade."}],
        license_info={"name": "All rights reserved"},
    )  # fmt: skip
    document["components"] = _components(document, models, settings)
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return document


def _components(
    document: Document, models: list[type[BaseModel]], settings: FacadeSettings
) -> Document:
    _, defined = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    schemas = {**document.get("components", {}).get("schemas", {}), **defined.get("$defs", {})}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return {
        "schemas": {**schemas, "Problem": _problem()},
        "headers": HEADERS,
        "responses": {kind.__name__: _answer(kind) for kind in (*EVERYWHERE, *GUARDED)},
        "securitySchemes": {
            "bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "`make up` leaves one in .aethercast/token.",
            },
            "cookie": {
                "type": "apiKey", "in": "cookie", "name": name_of(settings),
                "description": "Of a browser that signed in by the printed link.",
            },
        },
    }  # fmt: skip


def _problem() -> Document:
    place = {"pointer": "JSON pointer into the body", "parameter": "name of a parameter"}
    error = {
        "type": "object",
        "required": ["detail"],
        "properties": {
            "detail": {"type": "string"},
            **{name: {"type": "string", "description": text} for name, text in place.items()},
        },
    }
    return {
        "type": "object",
        "description": "An error (RFC 9457). `type` is the path of a page that explains it.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": sorted(kind.uri() for kind in CATALOGUE.values())},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "About this request, for people."},
            "errors": {"type": "array", "items": error},
        },
    }


def _answer(kind: type[Problem]) -> Document:
    example = {"value": kind().document()}
    return {
        "description": f"{kind.title}. {kind.explanation()}",
        "headers": fields_of(None, str(kind.status)),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.name: example},
            }
        },
    }


def _complete(operation: Document) -> None:
    """Add to one operation what it has in common with others, and its links and examples."""
    name, responses = operation["operationId"], operation["responses"]
    guarded = not _OPEN_TAGS & set(operation["tags"])
    if guarded:
        operation["security"] = [{"bearer": []}, {"cookie": []}]
    if MEDIA_TYPE not in responses.get("422", {}).get("content", {MEDIA_TYPE: {}}):
        del responses["422"]  # FastAPI's own guess
    for status, answer in responses.items():
        answer["headers"] = {**answer.get("headers", {}), **fields_of(name, status)}
        answer.update(_linked(name, status))
        _exemplify(answer, ANSWERS.get((name, status)))
    for kind in (*EVERYWHERE, *(GUARDED if guarded else ())):
        reference = {"$ref": f"#/components/responses/{kind.__name__}"}
        responses.setdefault(str(kind.status), reference)
    operation["responses"] = dict(sorted(responses.items()))
    for parameter in operation.get("parameters", []):
        _say_plainly(parameter)


def _say_plainly(parameter: Document) -> None:
    """A parameter that may be left out has a type all the same: outside JSON there is no null."""
    schema = parameter["schema"]
    kinds = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    for kind in kinds:
        schema.update(kind)
    if parameter["name"] == "workflow_id":
        parameter["schema"] = {"type": "string", "format": "uuid"}
    if parameter["in"] == "header" and parameter["name"].islower():
        parameter["name"] = parameter["name"].title().replace("-Id", "-ID")
    if parameter["name"] in _STANDARD:
        parameter["description"] = _STANDARD[parameter["name"]]


def _linked(name: str, status: str) -> Document:
    links = LINKS.get((name, status))
    return {"links": links} if links else {}


def _exemplify(answer: Document, example: Any) -> None:
    if example is not None:
        for content in answer["content"].values():
            content["example"] = example
