"""Sessions in the tables, as their own users see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import Request
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from api.login.cookie import read_cookie
from api.login.secrets import hash_of, make_secret
from api.sessions.preferences import JSON, PreferencesOfSession, read_preferences
from api.settings import FacadeSettings
from sql import Command, Statement

DAYS_OF_API = 365
"""How long the preferences of somebody are kept who comes with a token, and then no more."""

Connection = AsyncConnection[Any]


@dataclass(frozen=True)
class Row:
    """A session."""

    session_id: UUID
    kind: Literal["browser", "api"]
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    preferences: JSON
    is_current: bool


@dataclass(frozen=True)
class Named:
    """A session's id."""

    session_id: UUID


@dataclass(frozen=True)
class Kept:
    """What a session keeps."""

    preferences: JSON


@dataclass(frozen=True)
class CategoryRow:
    """A category and what it is called."""

    category: str
    label: str


_LIST = Statement("sessions/list", Row)
_FIND = Statement("sessions/find", Row)
_BY_TOKEN = Statement("sessions/find_by_token", Named)
_KEEP_API = Statement("sessions/keep_api", Named)
_KEPT = Statement("sessions/kept", Kept)
_LOCK = Statement("sessions/lock", Kept)
_SAVE = Command("sessions/save")
_END_BROWSER = Command("sessions/end_browser")
_FORGET_API = Command("sessions/forget_api")
_CATEGORIES = Statement("sessions/categories", CategoryRow)


@dataclass(frozen=True)
class Asker:
    """Whose sessions are asked for, and from which of them."""

    user_id: UUID
    token_hash: bytes | None
    """Of the cookie; None for a caller with a token."""
    idle_days: int

    async def all(self, connection: Connection) -> list[Row]:
        """The user's sessions, the last used first."""
        return await _LIST.aall(connection, **vars(self))

    async def find(self, connection: Connection, session_id: UUID) -> Row | None:
        """One of the user's sessions; None for another's, and for one that is over."""
        return await _FIND.aone(connection, session_id=session_id, **vars(self))

    async def preferences(self, connection: Connection) -> PreferencesOfSession:
        """What the session keeps that the request comes from; nothing where there is none."""
        kept = await _KEPT.aone(connection, user_id=self.user_id, token_hash=self.token_hash)
        return read_preferences(kept.preferences if kept else {})

    async def current(self, connection: Connection) -> UUID | None:
        """The session that the request comes from; made now for a token's first visit."""
        if self.token_hash is not None:
            found = await _BY_TOKEN.aone(connection, token_hash=self.token_hash)
        else:
            found = await _KEEP_API.aone(
                connection, user_id=self.user_id, days=DAYS_OF_API,
                token_hash=hash_of(make_secret()),
            )  # fmt: skip
        return None if found is None else found.session_id


def asker_of(request: Request, user_id: UUID, settings: FacadeSettings) -> Asker:
    """Who asks: by a token if there is one, as everywhere, else by the cookie."""
    by_token = "authorization" in request.headers
    cookie = None if by_token else read_cookie(request, settings)
    token_hash = None if cookie is None else hash_of(cookie)
    return Asker(user_id, token_hash, settings.session_idle_days)


async def lock(connection: Connection, session_id: UUID, user_id: UUID) -> JSON | None:
    """What the session keeps, held until the transaction ends; None where it is over."""
    kept = await _LOCK.aone(connection, session_id=session_id, user_id=user_id)
    return None if kept is None else kept.preferences


async def save(connection: Connection, session_id: UUID, preferences: PreferencesOfSession) -> None:
    """Keep them."""
    await _SAVE.arun(connection, session_id=session_id, preferences=Jsonb(preferences.told()))


async def end(connection: Connection, session_id: UUID, user_id: UUID) -> bool:
    """Sign the browser out, or forget what an api session kept; whether there was one."""
    names = {"session_id": session_id, "user_id": user_id}
    if await _END_BROWSER.arun(connection, **names):
        return True
    return bool(await _FORGET_API.arun(connection, **names))


async def read_categories(connection: Connection) -> dict[str, str]:
    """What each category is called, in the order in which they are shown."""
    return {row.category: row.label for row in await _CATEGORIES.aall(connection)}
