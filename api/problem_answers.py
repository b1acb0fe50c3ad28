"""Turns every exception, ours or the framework's, into a problem answer, and explains each."""

import html
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from api.pages.showing import refuse
from api.problems import (
    CATALOGUE,
    MEDIA_TYPE,
    BadRequest,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    OtherProblem,
    Problem,
    Unavailable,
)
from streamer.errors import StreamerError

log = structlog.get_logger()

_BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest, 404: NotFound, 405: MethodNotAllowed, 500: InternalError,
}  # fmt: skip
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<main><h1>{title}</h1><p>Status {status}, type <code>{uri}</code></p><p>{text}</p>{rest}</main>
</html>
"""
_PAGES = ("/", "/find", "/library", "/listen", "/login", "/preferences")
_PAGES_BELOW = ("/listen/", "/topics/")
_STYLED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_CLOSED = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def install_problems(app: FastAPI) -> None:
    """Have every exception answered as a problem, and serve the pages that explain them."""
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(HTTPException, _frameworks)
    app.add_exception_handler(RequestValidationError, _validation)
    for unavailable in (PoolTimeout, OperationalError, StreamerError):
        app.add_exception_handler(unavailable, _unavailable)
    app.add_api_route("/problems", _list, include_in_schema=False)
    app.add_api_route("/problems/{name}", _explain, include_in_schema=False)


async def _ours(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    if _is_for_people(request):
        html = refuse(type(problem), problem.detail, problem.status)
        return HTMLResponse(html, problem.status, {**_STYLED, **problem.headers})
    return problem.answer()


def _is_for_people(request: Request) -> bool:
    """Whether a person's browser asked for a page. A program that signs in reads problems."""
    path = request.url.path
    if path in _PAGES or path.startswith(_PAGES_BELOW):
        accepted = request.headers.get("accept", "")
        return "text/html" in accepted and MEDIA_TYPE not in accepted
    return path.startswith("/episodes/")


async def _frameworks(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    kind = _BY_STATUS.get(problem.status_code, OtherProblem)
    named = kind(str(problem.detail) if kind in (BadRequest, OtherProblem) else None)
    named.headers = dict(problem.headers or {})
    if kind is MethodNotAllowed:
        named.headers["Allow"] = _methods_of(request)
    answer = named.answer()
    answer.status_code = problem.status_code
    return answer


def _methods_of(request: Request) -> str:
    """What is known at the request's address: its methods may be routes of their own."""
    routes = [each for each in request.app.routes if isinstance(each, Route)]
    here = [each for each in routes if each.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for each in here for method in each.methods or ()}))


async def _validation(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    errors = [
        {"parameter": str(error["loc"][-1]), "detail": error["msg"]} for error in problem.errors()
    ]
    first = f"{errors[0]['parameter']}: {errors[0]['detail']}" if errors else None
    return await _ours(request, InvalidRequest(first, errors=errors))


async def _unavailable(request: Request, problem: Exception) -> Response:
    if not getattr(problem, "retryable", True):
        log.error("request.failed", exc_info=problem)
        return await _ours(request, InternalError())
    log.warning("request.unavailable", problem=str(problem))
    return await _ours(request, Unavailable(headers={"Retry-After": "2"}))


async def _explain(name: str) -> Response:
    if name not in CATALOGUE:
        raise NotFound
    return _page(CATALOGUE[name], CATALOGUE[name].explanation(), HTTPStatus.OK, {})


async def _list() -> Response:
    rows = "".join(
        f'<li><a href="{kind.uri()}">{html.escape(kind.title)}</a> ({kind.status})</li>'
        for kind in sorted(CATALOGUE.values(), key=lambda kind: (kind.status, kind.name))
    )
    text = "Errors are answered as application/problem+json; `type` is one of these."
    page = _PAGE.format(
        title="Problems", status=200, uri="/problems", text=text, rest=f"<ul>{rows}</ul>"
    )
    return HTMLResponse(page, headers=_CLOSED)


def _page(kind: type[Problem], text: str, status: int, headers: dict[str, str]) -> Response:
    page = _PAGE.format(
        title=html.escape(kind.title), status=kind.status, uri=kind.uri(),
        text=html.escape(text), rest='<p><a href="/problems">All problems</a></p>',
    )  # fmt: skip
    return HTMLResponse(page, status, {**_CLOSED, **headers})
