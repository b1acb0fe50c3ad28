"""Who is calling: a request's credentials and the user they stand for."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request

from api.caller_book import CHALLENGE, Caller
from api.limits.limiter import Kind, tell
from api.login.cookie import read_cookie
from api.login.same_site import check_site
from api.login.sessions import find_session
from api.parts import OfFacade, Parts
from api.problems import Unauthenticated
from sql import Statement

SAFE = ("GET", "HEAD")
FIND = Statement("users/find", Caller)
WELCOME = Statement("users/welcome", Caller)


async def identify(request: Request, parts: Parts) -> Caller:
    """The caller by the Authorization header, or without one by the cookie of a session.

    Raises:
        Unauthenticated: neither a valid bearer token nor a session.
        ForeignOrigin: a cookie that somebody else's page made the browser send.
        TooManyRequests: too many wrong ones from this address.
    """
    authorization = request.headers.get("authorization")
    cookie = read_cookie(request, parts.settings) if authorization is None else None
    if authorization is None and cookie is None:
        raise Unauthenticated(headers=CHALLENGE)
    try:
        if cookie is not None:
            return await _by_cookie(request, parts, cookie)
        return await _by_token(request, parts, authorization or "")
    except Unauthenticated:
        await parts.limits.spend("attempts", address_of(request))
        raise


async def _by_cookie(request: Request, parts: Parts, cookie: str) -> Caller:
    check_site(request, parts.settings)
    async with parts.pool.connection() as connection:
        session = await find_session(connection, cookie, parts.settings)
    if session is None:
        raise Unauthenticated("This browser is no longer signed in.", CHALLENGE)
    return Caller(session.user_id)


async def _by_token(request: Request, parts: Parts, authorization: str) -> Caller:
    """A subject seen for the first time becomes a user."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(headers=CHALLENGE)
    subject = parts.callers.read_subject(parts.settings.secret, token.strip())
    if request.method in SAFE and (known := parts.callers.users.get(subject)):
        return known
    return await _look_up(parts, subject)


async def _look_up(parts: Parts, subject: str) -> Caller:
    async with parts.pool.connection() as connection:
        known = await FIND.aone(connection, subject=subject)
        caller = known or await WELCOME.aone(connection, subject=subject)
    assert caller is not None
    parts.callers.keep(subject, caller)
    return caller


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, since one host has all of its addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((int(address), 64), strict=False))


async def caller_of(request: Request, parts: OfFacade) -> Caller:
    """A POST is counted by its route: only there it is known to be no repetition.

    See ``refusals_counted`` and ``Limiter.consider``.
    """
    caller = await identify(request, parts)
    if request.method != "POST":
        kind: Kind = "reads" if request.method in SAFE else "writes"
        tell(request, await parts.limits.spend(kind, caller.user_id))
    return caller


OfCaller = Annotated[Caller, Depends(caller_of)]
