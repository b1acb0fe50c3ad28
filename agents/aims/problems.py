"""Every error the model service answers with, each saying whether asking again may help."""

import structlog
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from agents import problems
from agents.aims import errors
from agents.aims.text import errors as text
from streamer.errors import StreamerError
from streamer.problems import Catalogue, InvalidRequest, Problem, Unauthenticated, Unavailable

log = structlog.get_logger(__name__)


class UnknownLine(Problem):
    """No line was handed in under this key, or it was withdrawn. Hand it in again."""

    name, title, status = "unknown-line", "There is no such line", 404


class KeyReused(Problem):
    """A key names one line. This one already stands for another text, voice or rate."""

    name, title, status = "key-reused", "The key stands for another line", 409


class UnknownVoice(Problem):
    """No speaker has that name; GET /v1/voices lists them."""

    name, title, status = "unknown-voice", "There is no such voice", 422


class UnknownTextTask(Problem):
    """The text back end has no task of that name."""

    name, title, status = "unknown-text-task", "There is no such task", 422


class IncompleteRequest(Problem):
    """The request leaves out something that its task needs, or points outside its sources."""

    name, title, status = "incomplete-request", "The request does not fit its task", 422


class SourcesTooShort(Problem):
    """The sources hold too little running prose to make an episode from."""

    name, title, status = "sources-too-short", "The sources are too short", 422


class ModelRefused(Problem):
    """The model's own service refused the request; asking again will not help."""

    name, title, status = "model-refused", "The model's service refused", 422


class BadAnswer(Problem):
    """The model answered something else than was asked. Whoever asked decides whether to pay
    for a second answer."""

    name, title, status = "bad-answer", "The model's answer is of no use", 422


class CannotBeServed(Problem):
    """The request cannot be served as it stands; the detail says why."""

    name, title, status = "cannot-be-served", "The request cannot be served", 422


BY_ERROR: dict[type[Exception], type[Problem]] = {
    errors.KeyReused: KeyReused,
    errors.UnknownVoice: UnknownVoice,
    text.UnknownTask: UnknownTextTask,
    text.BadRequest: IncompleteRequest,
    text.TooLittleText: SourcesTooShort,
    text.VendorRefused: ModelRefused,
    text.BadAnswer: BadAnswer,
}

CATALOGUE = Catalogue(
    "aims", Unauthenticated, UnknownLine, InvalidRequest, CannotBeServed, *BY_ERROR.values()
)


def problem_of(error: errors.AimsError | StreamerError) -> Problem:
    """The problem of an error of ours. ``error`` names its class, ``retryable`` speaks for it."""
    kind: type[Problem] = Unavailable if error.retryable else _kind_of(error)
    return kind(str(error), error=type(error).__name__, retryable=error.retryable)


def _kind_of(error: Exception) -> type[Problem]:
    return next((BY_ERROR[one] for one in type(error).__mro__ if one in BY_ERROR), CannotBeServed)


def install_problems(app: FastAPI) -> None:
    """Answer every error of this service as application/problem+json."""
    problems.install(app, CATALOGUE)
    for kind in (errors.AimsError, StreamerError):
        app.add_exception_handler(kind, _ours)


async def _ours(_request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.AimsError | StreamerError)
    log.warning("request_refused", error=type(error).__name__, message=str(error))
    return problem_of(error).answer()
