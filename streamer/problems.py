"""Errors that our services answer with over HTTP (RFC 9457); the facade's own are in api/problems.

A problem is a class: its docstring explains the kind, `detail` is about the one request. Each
service lists the kinds it answers with in a :class:`Catalogue`; docs/PROBLEMS.md is made of them.
"""

import inspect
from collections.abc import Iterator
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An error with a name."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    status: ClassVar[int] = 500

    def __init__(
        self, detail: str | None = None, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        self.detail = detail or self.explanation()
        self.headers = headers or {}
        self.extra = extra
        super().__init__(self.detail)

    @classmethod
    def explanation(cls) -> str:
        """What this kind of problem means, in a sentence or two."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    @classmethod
    def uri(cls) -> str:
        """The problem's `type`: the path of its page."""
        return f"/problems/{cls.name}"

    def document(self) -> dict[str, Any]:
        """The problem as RFC 9457 has it."""
        standard = {"type": self.uri(), "title": self.title, "status": self.status}
        return {**standard, "detail": self.detail, **self.extra}

    def answer(self) -> Response:
        """The problem as an answer."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return JSONResponse(self.document(), self.status, headers, MEDIA_TYPE)


class BadRequest(Problem):
    """The request cannot be understood as HTTP."""

    name, title, status = "bad-request", "The request cannot be understood", 400


class Unauthenticated(Problem):
    """Only our own services may ask: the request needs `Authorization: Bearer` with the
    service token."""

    name, title, status = "unauthenticated", "A valid service token is needed", 401


class NotFound(Problem):
    """There is nothing at this address."""

    name, title, status = "not-found", "Not found", 404


class MethodNotAllowed(Problem):
    """What is at this address does not know that method; Allow says which it knows."""

    name, title, status = "method-not-allowed", "That method is not known here", 405


class BodyTooLarge(Problem):
    """The request's body is larger than this address takes."""

    name, title, status = "body-too-large", "The body is too large", 413


class InvalidRequest(Problem):
    """The request is understood but something in it is not allowed. `errors` lists each thing
    with its place."""

    name, title, status = "invalid-request", "Something in the request is not allowed", 422


class InternalError(Problem):
    """Something went wrong on our side; it was logged."""

    name, title, status = "internal-error", "Something went wrong on our side", 500


class Unavailable(Problem):
    """A part that is needed to answer does not respond at the moment. Try again shortly."""

    name, title, status = "unavailable", "Temporarily unavailable", 503


class NotReady(Problem):
    """The service lives but cannot serve yet, or not at the moment; the detail says what it
    waits for."""

    name, title, status = "not-ready", "Not ready", 503


class OtherProblem(Problem):
    """The request could not be answered; the HTTP status says why."""

    name, title, status = "other", "The request could not be answered", 400


COMMON: tuple[type[Problem], ...] = (
    BadRequest, NotFound, MethodNotAllowed, InternalError, Unavailable, NotReady, OtherProblem,
)  # fmt: skip
"""What every service may answer."""


class Catalogue:
    """The kinds of problem one service answers with, by name."""

    def __init__(self, service: str, *kinds: type[Problem]) -> None:
        self.service = service
        ordered = sorted({*COMMON, *kinds}, key=lambda kind: (kind.status, kind.name))
        self.kinds = {kind.name: kind for kind in ordered}

    def __iter__(self) -> Iterator[type[Problem]]:
        return iter(self.kinds.values())

    def of_status(self, status: int) -> type[Problem]:
        """What stands for an HTTP status that the framework gave, by the common kinds."""
        return next((kind for kind in COMMON if kind.status == status), OtherProblem)

    def explain(self) -> str:
        """All kinds as plain text."""
        return "".join(f"{kind.status}  {kind.uri()}\n     {kind.title}\n" for kind in self)


def explain(kind: type[Problem]) -> str:
    """One kind as plain text."""
    return f"{kind.title}\n\nStatus {kind.status}, type {kind.uri()}\n\n{kind.explanation()}\n"
