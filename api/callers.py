"""Who is calling: a request's credentials and the user they stand for."""

from typing import Annotated

from fastapi import Depends, Request

from api.caller_book import CHALLENGE, Caller
from api.parts import OfFacade, Parts
from api.problems import Unauthenticated
from sql import Statement

FIND = Statement("users/find", Caller)
WELCOME = Statement("users/welcome", Caller)


async def identify(request: Request, parts: Parts) -> Caller:
    """The caller by the Authorization header; a subject seen for the first time becomes a user.

    Raises:
        Unauthenticated: no bearer token, or not a valid one.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(headers=CHALLENGE)
    subject = parts.callers.read_subject(parts.settings.secret, token.strip())
    if request.method in ("GET", "HEAD") and (known := parts.callers.users.get(subject)):
        return known
    return await _look_up(parts, subject)


async def _look_up(parts: Parts, subject: str) -> Caller:
    async with parts.pool.connection() as connection:
        known = await FIND.aone(connection, subject=subject)
        caller = known or await WELCOME.aone(connection, subject=subject)
    assert caller is not None
    parts.callers.keep(subject, caller)
    return caller


async def _caller(request: Request, parts: OfFacade) -> Caller:
    return await identify(request, parts)


OfCaller = Annotated[Caller, Depends(_caller)]
