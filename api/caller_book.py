"""Bearer tokens (JWT, RFC 7519), the users they name, and who of them was seen lately."""

import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from api.problems import Unauthenticated
from api.remembered import Remembered

AUDIENCE = "aethercast"
LEEWAY_SECONDS = 5
SECONDS_KNOWN = 60.0
"""How long reading goes on with a user who was deleted; what writes looks every time."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="aethercast"'}
REFUSED = {"WWW-Authenticate": 'Bearer realm="aethercast", error="invalid_token"'}


@dataclass(frozen=True)
class Caller:
    """The user on whose behalf a request is made."""

    user_id: UUID


class CallerBook:
    """Who was seen lately, so that identifying a caller who reads costs no query.

    A token is checked once and holds until it expires. A subject is never renamed, but its user may
    be deleted: reading believes the book for a minute, anything else asks the table.
    """

    def __init__(self, most: int = 10_000) -> None:
        self.subjects: Remembered[str] = Remembered(most)
        self.users: Remembered[Caller] = Remembered(most)

    def read_subject(self, secret: bytes, token: str) -> str:
        """As :func:`read_subject`, once for each token."""
        if (known := self.subjects.get(token)) is not None:
            return known
        subject, expires_at = read_token(secret, token)
        self.subjects.keep(token, subject, expires_at + LEEWAY_SECONDS - time.time())
        return subject

    def keep(self, subject: str, caller: Caller) -> None:
        """The subject is this user, at least at this moment."""
        self.users.keep(subject, caller, SECONDS_KNOWN)


def read_token(secret: bytes, token: str) -> tuple[str, float]:
    """The subject of a valid token, and when it expires (seconds since 1970).

    Raises:
        Unauthenticated: forged, expired, for another audience, or without a usable subject.
    """
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], audience=AUDIENCE, leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "aud"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("The token has expired.", REFUSED) from None
    except jwt.InvalidTokenError:
        raise Unauthenticated("The token is not valid here.", REFUSED) from None
    subject = str(claims["sub"])
    if not 1 <= len(subject) <= 255 or not subject.isprintable():
        raise Unauthenticated("The token's subject is not usable.", REFUSED)
    return subject, float(claims["exp"])
