"""Reads JSON bodies, strictly, and says what is wrong with them by JSON pointer (RFC 6901)."""

import json
from collections import Counter
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.problems import BadRequest, InvalidRequest, UnsupportedMediaType

DEEPEST = 32
MOST_ERRORS = 20
UTF_8 = ("", "utf-8", "utf8")
"""How a content type says that; to say nothing is to say it too."""
_LONGEST_KEY = 80

Model = TypeVar("Model", bound=BaseModel)


async def read_json(request: Request) -> dict[str, Any]:
    """The body's JSON object.

    Raises:
        UnsupportedMediaType: the content type is not application/json in UTF-8, uncompressed.
        BadRequest: not JSON (RFC 8259), not an object, with one key twice, or nested too deeply.
    """
    kind, charset = content_type(request)
    if kind != "application/json":
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    if charset not in UTF_8:
        raise UnsupportedMediaType("JSON is sent in UTF-8 (RFC 8259).")
    read = parse(await request.body())
    if not isinstance(read, dict):
        raise BadRequest("The body is no JSON object.")
    return read


def content_type(request: Request) -> tuple[str, str]:
    """What the body is said to be, and its charset where one is named; both in small letters.

    Raises:
        UnsupportedMediaType: the body is compressed.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        refusal = "Send the body as it is, without Content-Encoding."
        raise UnsupportedMediaType(refusal, {"Accept-Encoding": "identity"})
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    named = dict(each.strip().partition("=")[::2] for each in parameters)
    return kind.strip(), named.get("charset", "").strip('"')


def parse(body: bytes) -> Any:
    """The JSON value that the bytes spell.

    Raises:
        BadRequest: they spell none, or one that no honest caller needs.
    """
    try:
        read = json.loads(_decode(body), parse_constant=_refuse, object_pairs_hook=_once)
        # A lone surrogate is no text, and 1e999 no number.
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, column {wrong.colno}"
        raise BadRequest(f"The body is not JSON: {wrong.msg} at {place}.") from None
    except UnicodeEncodeError:
        raise BadRequest("The body is not JSON: a lone surrogate is no text.") from None
    except ValueError:
        raise BadRequest("The body is not JSON: a number in it is none, or too large.") from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(read)
    return read


def _decode(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as wrong:
        raise BadRequest(f"The body is not UTF-8 at byte {wrong.start}.") from None
    if text.startswith("\ufeff"):
        raise BadRequest("The body begins with a byte order mark; JSON has none (RFC 8259).")
    return text


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; which of two equal keys counts is for nobody to guess."""
    read = dict(pairs)
    if len(read) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key, count in times.items() if count > 1)
        raise BadRequest(f"The key {twice[:_LONGEST_KEY]!a} stands twice in an object.")
    return read


def _check_depth(read: Any) -> None:
    level, depth = [read], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        level = [child for each in level for child in _inside(each)]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> BadRequest:
    return BadRequest(f"The body is nested more than {DEEPEST} levels deep.")


def check(model: type[Model], body: dict[str, Any]) -> Model:
    """The body as ``model``.

    Raises:
        InvalidRequest: each thing that is not allowed, with a pointer to its place.
    """
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        wrong = problem.errors(include_url=False, include_input=False)[:MOST_ERRORS]
        errors = [_explain(error["loc"], error["type"], error["msg"]) for error in wrong]
        raise refused(*errors) from None


def refused(*errors: dict[str, str]) -> InvalidRequest:
    """The problem that lists these errors."""
    first = errors[0]
    return InvalidRequest(
        f"{first['pointer'][2:] or 'body'}: {first['detail']}", errors=list(errors)
    )


def at(place: str, detail: str) -> dict[str, str]:
    """One error: a place such as ``sources/2/url`` (empty: the body), and what is wrong there."""
    return {"pointer": f"#/{place}" if place else "#", "detail": detail}


def _explain(place: tuple[int | str, ...], kind: str, message: str) -> dict[str, str]:
    path = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in place)
    if kind == "extra_forbidden":
        message = "There is no such key."
    elif kind == "missing":
        message = "This is needed."
    return at(path, message.removeprefix("Value error, "))
