"""Who is calling: bearer tokens (JWT, RFC 7519) and the users they name."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import jwt
from fastapi import Depends, Request

from api.parts import OfFacade, Parts
from api.problems import Unauthenticated
from sql import Statement

AUDIENCE = "aethercast"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="aethercast"'}
_REFUSED = {"WWW-Authenticate": 'Bearer realm="aethercast", error="invalid_token"'}


@dataclass(frozen=True)
class Caller:
    """The user on whose behalf a request is made."""

    user_id: UUID


FIND = Statement("users/find", Caller)
WELCOME = Statement("users/welcome", Caller)


def read_subject(secret: bytes, token: str) -> str:
    """The subject of a valid token.

    Raises:
        Unauthenticated: forged, expired, for another audience, or without a usable subject.
    """
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], audience=AUDIENCE, leeway=5,
            options={"require": ["exp", "sub", "aud"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("The token has expired.", _REFUSED) from None
    except jwt.InvalidTokenError:
        raise Unauthenticated("The token is not valid here.", _REFUSED) from None
    subject = str(claims["sub"])
    if not 1 <= len(subject) <= 255 or not subject.isprintable():
        raise Unauthenticated("The token's subject is not usable.", _REFUSED)
    return subject


async def identify(request: Request, parts: Parts) -> Caller:
    """The caller by the Authorization header; a subject seen for the first time becomes a user.

    Raises:
        Unauthenticated: no bearer token, or not a valid one.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(headers=_CHALLENGE)
    subject = read_subject(parts.settings.secret, token.strip())
    async with parts.pool.connection() as connection:
        known = await FIND.aone(connection, subject=subject)
        caller = known or await WELCOME.aone(connection, subject=subject)
    assert caller is not None
    return caller


async def _caller(request: Request, parts: OfFacade) -> Caller:
    return await identify(request, parts)


OfCaller = Annotated[Caller, Depends(_caller)]
