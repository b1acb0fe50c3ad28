"""What /openapi.json says of problems, keys and bodies."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from api.description import describe
from api.problems import MEDIA_TYPE, Problem
from api.request_keys import PATTERN
from api.settings import FacadeSettings

_TEXT = {"type": "string", "pattern": "^[!-~](?:[ -~]{0,253}[!-~])?$"}
"""1 to 255 printable ASCII characters; spaces around a field's value are no part of it."""


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


def named() -> list[dict[str, Any]]:
    """A workflow's id in a path, for routes that read it themselves."""
    return [
        {
            "name": "workflow_id", "in": "path", "required": True, "schema": {"type": "string"},
            "description": "As given when the podcast was asked for.",
        },
    ]  # fmt: skip


def conditional() -> list[dict[str, Any]]:
    """The header of a caller who has an answer already."""
    return [
        {
            "name": "If-None-Match", "in": "header", "required": False,
            "schema": {"type": "string"},
            "description": "`ETag` of the status you have; 304 where it is still the same.",
        },
    ]  # fmt: skip


def install_documentation(
    app: FastAPI, models: list[type[BaseModel]], settings: FacadeSettings
) -> None:
    """Serve /openapi.json, with ``models``: bodies that routes read for themselves."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app, models, settings)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
