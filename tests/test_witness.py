"""The watch over every answer notices what is no documented problem, in every way of asking."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from api.problems import KeyReused, NotFound
from tests import witness
from tests.api.serving import serve

ID = {"X-Request-ID": "1"}


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    answers: dict[str, Response] = {
        "fine": PlainTextResponse("fine"),
        "unchanged": Response(status_code=304),
        "problem": NotFound().answer(),
        "plain": PlainTextResponse("Internal Server Error", 500),
        "json": JSONResponse({"detail": "Not Found"}, 404),
        "bare": JSONResponse({"title": "x"}, 404, media_type="application/problem+json"),
        "unheard-of": _problem(type="/problems/unheard-of"),
        "blank": _problem(type="about:blank"),
        "liar": _problem(status=409),
        "page": HTMLResponse("<h1>Oh</h1>", 410),
    }
    answers[name].headers.update(ID)
    return answers[name]


def _problem(**wrong: object) -> Response:
    document = {**KeyReused().document(), **wrong}
    return JSONResponse(document, 422, media_type="application/problem+json")


@pytest.fixture(scope="module")
def wild() -> Iterator[str]:
    """A server that answers in every manner."""
    with serve(Starlette(routes=[Route("/{name}", _answer)])) as url:
        yield url


@pytest.mark.parametrize("name", ["fine", "unchanged", "problem"])
def test_what_is_as_it_should_be_is_let_pass(wild: str, name: str) -> None:
    httpx.get(f"{wild}/{name}")
    assert witness.complaints() == []


@pytest.mark.parametrize(
    "name", ["plain", "json", "bare", "unheard-of", "blank", "liar", "page"]
)  # fmt: skip
def test_what_is_not_is_noticed(wild: str, name: str) -> None:
    httpx.get(f"{wild}/{name}")
    with httpx.Client() as client, client.stream("GET", f"{wild}/{name}"):
        pass

    async def ask() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(f"{wild}/{name}")

    asyncio.run(ask())
    assert len(witness.complaints()) == 3


def test_what_is_somebody_elses_is_their_business() -> None:
    with serve(Starlette(routes=[Route("/{name}", _answer)])) as url:
        witness.foreign(url)
        assert httpx.get(f"{url}/plain").status_code == 500
    assert witness.complaints() == []
