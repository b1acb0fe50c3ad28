"""Turns every exception, ours or the framework's, into a problem answer, and explains each kind."""

import psycopg
import structlog
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from streamer.problems import (
    Catalogue,
    InternalError,
    NotFound,
    OtherProblem,
    Problem,
    Unavailable,
    explain,
)

log = structlog.get_logger()

RETRY_AFTER = {"Retry-After": "2"}


def install_problems(app: Starlette, catalogue: Catalogue) -> None:
    """Have every exception answered as a problem, and serve a page for each kind."""
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(Exception, _unforeseen)
    for away in (psycopg.OperationalError, PoolTimeout):
        app.add_exception_handler(away, _away)

    async def frameworks(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _of_framework(catalogue, error)

    async def page(request: Request) -> Response:
        name = request.path_params.get("name")
        if name is not None and name not in catalogue.kinds:
            raise NotFound
        text = explain(catalogue.kinds[name]) if name else catalogue.explain()
        return PlainTextResponse(text)

    app.add_exception_handler(HTTPException, frameworks)
    for path in ("/problems", "/problems/{name}"):
        app.router.add_route(path, page, include_in_schema=False)
    app.router.redirect_slashes = False
    app.router.default = nowhere


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """What is at a path without a route, for HTTP and for a WebSocket's handshake."""
    answer = NotFound().answer()
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(answer)
    else:
        await answer(scope, receive, send)


def _of_framework(catalogue: Catalogue, error: HTTPException) -> Response:
    kind = catalogue.of_status(error.status_code)
    problem = kind(str(error.detail) if kind is OtherProblem else None, dict(error.headers or {}))
    answer = problem.answer()
    answer.status_code = error.status_code
    return answer


async def _ours(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.answer()


async def _away(_request: Request, problem: Exception) -> Response:
    log.warning("database_away", problem=str(problem))
    return Unavailable("The database does not answer.", RETRY_AFTER).answer()


async def _unforeseen(_request: Request, _problem: Exception) -> Response:
    """The server logs the exception itself: it is raised again behind this answer."""
    return InternalError().answer()
