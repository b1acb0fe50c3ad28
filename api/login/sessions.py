"""Sessions of browsers, in PostgreSQL."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from api.login.secrets import hash_of, make_secret
from api.settings import FacadeSettings
from sql import Command, Statement


@dataclass(frozen=True)
class Opened:
    """A session that has just begun."""

    session_id: UUID
    user_id: UUID


@dataclass(frozen=True)
class Session:
    """A session that holds."""

    session_id: UUID
    user_id: UUID
    seen: bool


SPEND = Statement("login/spend", Opened)
FIND = Statement("login/find_session", Session)
TOUCH = Command("login/touch_session")
END = Command("login/end_session")


async def open_session(
    connection: AsyncConnection[Any], code: str, settings: FacadeSettings
) -> tuple[Opened, str] | None:
    """Turn a login code into a session and its token; None where the code does not hold."""
    token = make_secret()
    opened = await SPEND.aone(
        connection, code_hash=hash_of(code), token_hash=hash_of(token), days=settings.session_days
    )
    return None if opened is None else (opened, token)


async def find_session(
    connection: AsyncConnection[Any], token: str, settings: FacadeSettings
) -> Session | None:
    """The session of a token, its use noted; None where there is none or it is over."""
    found = await FIND.aone(
        connection, token_hash=hash_of(token), idle_days=settings.session_idle_days
    )
    if found is not None and not found.seen:
        await TOUCH.arun(connection, session_id=found.session_id)
    return found


async def end_session(connection: AsyncConnection[Any], token: str) -> None:
    """From now on the token opens nothing."""
    await END.arun(connection, token_hash=hash_of(token))
