"""Changes what a session keeps."""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from agents.canonical import canonical
from api.json_body import at, check, refused
from api.parts import Parts
from api.problems import NotFound
from api.sessions.document import SessionPatch
from api.sessions.preferences import JSON, PreferencesOfSession, merge_patch, read_preferences
from api.sessions.sessions import Asker, lock, read_categories, save

MOST_BYTES = 4096
_LISTS = ("liked", "muted")


class _Kept(SessionPatch):
    """The outcome of a change, so that a pointer leads to its place in the body."""

    preferences: PreferencesOfSession  # type: ignore[assignment]


async def change(parts: Parts, asker: Asker, session_id: UUID, body: dict[str, JSON]) -> None:
    """Merge the body's preferences into the session's, as a whole or not at all.

    Raises:
        InvalidRequest: what is wrong, each with a pointer.
        NotFound: no such session of this user.
    """
    patch = check(SessionPatch, body).preferences
    if len(canonical(patch)) > MOST_BYTES:
        raise refused(at("preferences", f"At most {MOST_BYTES} bytes are taken."))
    async with parts.pool.connection() as connection:
        session = await asker.find(connection, session_id)
        if session is None:
            raise NotFound
        wanted = _merged(session.preferences, patch)
        _check_categories(wanted, await read_categories(connection))
    if "voices" in patch and wanted.voices is not None:
        await parts.voices.check(wanted.voices, "preferences")
    async with parts.pool.connection() as connection, connection.transaction():
        await _merge(connection, asker, session_id, patch)


async def _merge(
    connection: AsyncConnection[Any], asker: Asker, session_id: UUID, patch: JSON
) -> None:
    kept = await lock(connection, session_id, asker.user_id)
    if kept is None:
        raise NotFound
    await save(connection, session_id, _merged(kept, patch))


def _merged(kept: JSON, patch: JSON) -> PreferencesOfSession:
    merged = merge_patch(read_preferences(kept).told(), patch)
    return check(_Kept, {"preferences": merged}).preferences


def _check_categories(wanted: PreferencesOfSession, known: dict[str, str]) -> None:
    errors = [
        at(f"preferences/{name}/{place}", f"There is no category {each!r}. {_list(known)}")
        for name in _LISTS
        for place, each in enumerate(getattr(wanted, name))
        if each not in known
    ]
    if errors:
        raise refused(*errors)


def _list(known: dict[str, str]) -> str:
    return f"There are: {', '.join(known)}."
