"""Reads JSON bodies, strictly, and says what is wrong with them by JSON pointer (RFC 6901)."""

import json
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.problems import BadRequest, InvalidRequest, UnsupportedMediaType

Model = TypeVar("Model", bound=BaseModel)


async def read_json(request: Request) -> dict[str, Any]:
    """The body's JSON object.

    Raises:
        UnsupportedMediaType: the content type is not application/json.
        BadRequest: not JSON (RFC 8259), or not an object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    body = await request.body()
    try:
        read = json.loads(body, parse_constant=_refuse)
        # A lone surrogate is no text, and 1e999 no number.
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(read, dict):
        raise BadRequest("The body is no JSON object.")
    return read


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def check(model: type[Model], body: dict[str, Any]) -> Model:
    """The body as ``model``.

    Raises:
        InvalidRequest: each thing that is not allowed, with a pointer to its place.
    """
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        errors = [_explain(error["loc"], error["type"], error["msg"]) for error in problem.errors()]
        raise refused(*errors) from None


def refused(*errors: dict[str, str]) -> InvalidRequest:
    """The problem that lists these errors."""
    first = errors[0]
    return InvalidRequest(
        f"{first['pointer'][2:] or 'body'}: {first['detail']}", errors=list(errors)
    )


def at(place: str, detail: str) -> dict[str, str]:
    """One error: a place such as ``sources/2/url``, and what is wrong there."""
    return {"pointer": f"#/{place}", "detail": detail}


def _explain(place: tuple[int | str, ...], kind: str, message: str) -> dict[str, str]:
    path = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in place)
    if kind == "extra_forbidden":
        message = "There is no such key."
    elif kind == "missing":
        message = "This is needed."
    return at(path, message.removeprefix("Value error, "))
