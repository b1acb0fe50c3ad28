"""What /openapi.json says of problems, keys and bodies."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.problems import MEDIA_TYPE, Problem
from api.request_keys import PATTERN

_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457). `type` is the path of a page that explains it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_BY_LINK = ("/api/v1/media/{token}",)
"""Where the address itself is the permission."""
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """A route's problems, for its `responses`: those of one status together."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in problems:
        entry = responses.setdefault(
            kind.status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": _ref("Problem"), "examples": {}}},
            },
        )
        entry["description"] = " or ".join(filter(None, [entry["description"], kind.title]))
        entry["content"][MEDIA_TYPE]["examples"][kind.name] = {"value": kind().document()}
    return responses


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """A body that the route reads for itself, after it knows caller and key."""
    content = {"application/json": {"schema": _ref(model.__name__)}}
    return {"requestBody": {"required": True, "content": content}}


def keyed() -> list[dict[str, Any]]:
    """The headers of every POST."""
    return [
        {
            "name": "X-Idempotency-Key", "in": "header", "required": True,
            "schema": {"type": "string", "pattern": PATTERN},
            "description": "Makes repeating the request harmless for 24 hours: the same request "
            "gets the first answer again, with Idempotent-Replayed. The standard name "
            "Idempotency-Key is taken as well, and the key may stand in quotes.",
            "example": "9f4c1f0e-5a53-4a8e-8d0e-0c8a4f2f6b11",
        },
    ]  # fmt: skip


def correlated() -> list[dict[str, Any]]:
    """The caller's own correlation id."""
    return [
        {
            "name": "X-Workflow-ID", "in": "header", "required": False, "schema": _TEXT,
            "description": "Your own name for this request; stored and echoed.",
        },
    ]  # fmt: skip


def install_documentation(app: FastAPI, models: list[type[BaseModel]]) -> None:
    """Serve /openapi.json with the problems and with bodies that routes read for themselves."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app, models)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _describe(app: FastAPI, models: list[type[BaseModel]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _, defined = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    schemas.update(defined.get("$defs", {}))
    schemas["Problem"] = _PROBLEM
    for path, operations in document["paths"].items():
        if path.startswith("/api/v1/") and path not in _BY_LINK:
            for operation in operations.values():
                operation["security"] = [{"bearer": []}]
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    components["securitySchemes"] = {"bearer": bearer}
    return document


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
