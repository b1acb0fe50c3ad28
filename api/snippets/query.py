"""The query of GET /snippets, read and described by hand: that route is asked more often than any
other of its kind, and to have parameters found and handed over costs more than its answer."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field, ValidationError

from api.problems import InvalidRequest
from api.snippets.cursor import CURSOR, LONGEST
from api.snippets.page import Wanted

MOST = 20


class PageQuery(BaseModel):
    """What may be asked; each as FastAPI would read it."""

    limit: int = Field(default=6, ge=1, le=MOST)
    cursor: str | None = Field(default=None, max_length=LONGEST)
    category: str | None = None
    ui: bool = True


def read_query(request: Request) -> Wanted:
    """What a request asks for.

    Raises:
        InvalidRequest: each parameter that is not allowed.
    """
    given = request.query_params
    try:
        asked = PageQuery.model_validate({name: given[name] for name in given})
    except ValidationError as problem:
        errors = [
            {"parameter": str(error["loc"][-1]), "detail": error["msg"]}
            for error in problem.errors(include_url=False, include_input=False)
        ]
        first = errors[0]
        raise InvalidRequest(f"{first['parameter']}: {first['detail']}", errors=errors) from None
    return Wanted(asked.limit, asked.cursor, asked.category, asked.ui)


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "schema": schema,
        "description": description,
    }  # fmt: skip


def queried() -> list[dict[str, Any]]:
    """The same for /openapi.json."""
    return [
        _parameter(
            "limit", "How many at most.", type="integer", minimum=1, maximum=MOST, default=6
        ),
        _parameter(
            "cursor", "`next_cursor` of the page before.", type="string", maxLength=LONGEST,
            pattern=CURSOR,
        ),
        _parameter("category", "Only stories of this one; see GET /categories.", type="string"),
        _parameter("ui", "Whether the page is told as `ui` too.", type="boolean", default=True),
    ]  # fmt: skip
