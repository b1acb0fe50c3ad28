"""Errors as RFC 9457 problem documents, each saying whether asking again may help."""

from fastapi import FastAPI
from fastapi_problem.error import Problem
from fastapi_problem.handler import add_exception_handler, new_exception_handler
from starlette.requests import Request

from agents.aims.errors import AimsError, KeyReused
from agents.aims.text.errors import TextError, TooLittleText
from streamer.errors import StreamerError


def problem_of(error: AimsError | TextError | StreamerError) -> Problem:
    """The problem document of an error of ours."""
    if error.retryable:
        status, title = 503, "Not possible at the moment"
    elif isinstance(error, KeyReused):
        status, title = 409, "The key stands for another line"
    elif isinstance(error, TooLittleText):
        status, title = 422, "The sources are too short"
    else:
        status, title = 422, "The request cannot be served"
    kind = type(error).__name__
    return Problem(title, type_=_hyphenated(kind), status=status, detail=str(error), error=kind,
                   retryable=error.retryable)  # fmt: skip


def _hyphenated(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def install_problems(app: FastAPI) -> None:
    """Answer every error of this service as application/problem+json."""
    handler = new_exception_handler()
    add_exception_handler(app, handler)

    async def ours(request: Request, error: Exception) -> object:
        assert isinstance(error, AimsError | TextError | StreamerError)
        return handler(request, problem_of(error))

    for kind in (AimsError, TextError, StreamerError):
        app.add_exception_handler(kind, ours)  # type: ignore[arg-type]
