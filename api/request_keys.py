"""Idempotency keys of requests (IETF draft-ietf-httpapi-idempotency-key-header-07).

A key belongs to its caller and to one request. The first request commits its effect and its whole
answer in one transaction; any later one, and any racer, gets that answer again, byte for byte.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from starlette.responses import Response

from agents.canonical import JSON, digest
from api.problems import KeyInUse, KeyMalformed, KeyMissing, KeyReused
from sql import Statement

_BARE = r"[!#-~](?:[ -~]{0,253}[!-~])?"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\]){1,255}"'
PATTERN = f"^(?:{_BARE}|{_QUOTED})$"
"""A key as it is, or as a string of structured fields (RFC 9651, section 3.3.3): "the key"."""
_KEY = re.compile(PATTERN)
_NAMES = ("x-idempotency-key", "idempotency-key")


@dataclass(frozen=True)
class Ask:
    """A request under a key."""

    user_id: UUID
    request_key: str
    route: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """An answer as it is kept."""

    status_code: int
    headers: dict[str, str]
    body: str

    def response(self, *, replayed: bool) -> Response:
        """The answer to send; a repeated one says so."""
        headers = {**self.headers, **({"Idempotent-Replayed": "true"} if replayed else {})}
        return Response(self.body, self.status_code, headers, "application/json")


@dataclass(frozen=True)
class Kept(Answer):
    """An answer found under a key, and for which request it was."""

    fingerprint: str


@dataclass(frozen=True)
class Claimed:
    """The key is ours."""

    request_key: str


@dataclass(frozen=True)
class _Set:
    set_config: str


LIMIT_WAIT = Statement("request_keys/limit_wait", _Set)
FIND = Statement("request_keys/find", Kept)
CLAIM = Statement("request_keys/claim", Claimed)

Effect = Callable[[AsyncConnection[Any]], Awaitable[None]]


def read_key(request: Request) -> str:
    """The request's key, from X-Idempotency-Key or Idempotency-Key.

    Raises:
        KeyMissing: neither is there.
        KeyMalformed: two different ones, or not 1 to 255 printable characters.
    """
    given = {unquote(value) for name in _NAMES for value in request.headers.getlist(name)}
    if not given:
        raise KeyMissing
    if len(given) > 1:
        raise KeyMalformed("The request carries two different idempotency keys.")
    return given.pop()


def unquote(value: str) -> str:
    """The key that a header's value means: with or without quotes it is the same.

    Raises:
        KeyMalformed: not 1 to 255 printable ASCII characters, or a quote that is not closed.
    """
    if not _KEY.fullmatch(value):
        raise KeyMalformed
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def ask(user_id: UUID, request_key: str, route: str, body: JSON) -> Ask:
    """A request under a key; its fingerprint covers the route and every input."""
    return Ask(user_id, request_key, route, digest({"route": route, "body": body}))


async def replay(pool: AsyncConnectionPool, asked: Ask) -> Response | None:
    """The first answer again; None where the key is free.

    Raises:
        KeyReused: the key was used for another request.
    """
    async with pool.connection() as connection:
        kept = await FIND.aone(connection, user_id=asked.user_id, request_key=asked.request_key)
    if kept is None:
        return None
    if kept.fingerprint != asked.fingerprint:
        raise KeyReused
    return kept.response(replayed=True)


async def answer_once(
    pool: AsyncConnectionPool, asked: Ask, answer: Answer, effect: Effect, wait_seconds: float
) -> tuple[Response, bool]:
    """Commit effect and answer together, or give the answer of whoever did.

    Returns:
        The response, and whether it was this request that took effect.

    Raises:
        KeyInUse: the first request did not commit within ``wait_seconds``.
        KeyReused: it did, and was another request.
    """
    try:
        if await _claim(pool, asked, answer, effect, wait_seconds):
            return answer.response(replayed=False), True
    except LockNotAvailable:
        raise KeyInUse(headers={"Retry-After": "1"}) from None
    replayed = await replay(pool, asked)
    if replayed is None:  # it expired, or was withdrawn, between the two looks
        raise KeyInUse(headers={"Retry-After": "1"})
    return replayed, False


async def _claim(
    pool: AsyncConnectionPool, asked: Ask, answer: Answer, effect: Effect, wait_seconds: float
) -> bool:
    async with pool.connection() as connection, connection.transaction():
        await limit_wait(connection, wait_seconds)
        claimed = await CLAIM.aone(
            connection, user_id=asked.user_id, request_key=asked.request_key, route=asked.route,
            fingerprint=asked.fingerprint, status_code=answer.status_code,
            headers=Jsonb(answer.headers), body=answer.body,
        )  # fmt: skip
        if claimed is not None:
            await effect(connection)
        return claimed is not None


async def limit_wait(connection: AsyncConnection[Any], seconds: float) -> None:
    """Have locks waited for no longer than that, for the rest of the transaction."""
    await LIMIT_WAIT.aone(connection, milliseconds=str(int(seconds * 1000)))
