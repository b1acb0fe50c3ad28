"""GET /sessions, and GET, PATCH and DELETE of one; `current` is an id too."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.callers import OfCaller
from api.documentation import documented, json_body
from api.identifiers import read_id
from api.json_body import read_json
from api.login.cookie import clear_cookie
from api.parts import OfFacade, Parts
from api.problems import (
    BadRequest,
    BodyTooLarge,
    InvalidRequest,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)
from api.sessions.change import change
from api.sessions.document import SessionDocument, SessionList, SessionPatch
from api.sessions.preferences import read_preferences
from api.sessions.sessions import Asker, Row, asker_of, end

router = APIRouter(prefix="/sessions", tags=["sessions"])
CURRENT = "current"


async def _asker(request: Request, parts: OfFacade, caller: OfCaller) -> Asker:
    return asker_of(request, caller.user_id, parts.settings)


async def _session_id(
    session_id: Annotated[str, Path(description="Of one of your sessions, or `current`.")],
) -> UUID | None:
    """The id; None for the current one.

    Raises:
        NotFound: it is not even an id.
    """
    if session_id == CURRENT:
        return None
    return read_id(session_id)


OfAsker = Annotated[Asker, Depends(_asker)]
OfSession = Annotated[UUID | None, Depends(_session_id)]


@router.get("", operation_id="list_sessions", summary="Your sessions, the last used first",
    responses=documented(Unauthenticated, TooManyRequests),
)  # fmt: skip
async def list_sessions(parts: OfFacade, asker: OfAsker) -> SessionList:
    """The browsers that are signed in as you, and the one session of your tokens."""
    async with parts.pool.connection() as connection:
        rows = await asker.all(connection)
    return SessionList(sessions=[_told(row) for row in rows])


@router.get("/{session_id}", operation_id="get_session", summary="See a session of yours",
    response_model_exclude_none=True, responses=documented(Unauthenticated, NotFound,
    TooManyRequests),
)  # fmt: skip
async def get_session(parts: OfFacade, asker: OfAsker, session_id: OfSession) -> SessionDocument:
    """What it keeps of your preferences, and until when it holds."""
    return await _read(parts, asker, await _resolve(parts, asker, session_id))


@router.patch("/{session_id}", operation_id="change_session", summary="Say what you like",
    response_model=SessionDocument, response_model_exclude_none=True,
    openapi_extra=json_body(SessionPatch),
    responses=documented(
        BadRequest, Unauthenticated, NotFound, BodyTooLarge, UnsupportedMediaType, InvalidRequest,
        TooManyRequests,
    ),
)  # fmt: skip
async def change_session(
    request: Request, parts: OfFacade, asker: OfAsker, session_id: OfSession
) -> SessionDocument:
    """What is given is merged into what was (RFC 7396): null unsets, a list replaces a list."""
    known = await _resolve(parts, asker, session_id)
    await _read(parts, asker, known)  # another's is none, whatever the body says
    await change(parts, asker, known, await read_json(request))
    return await _read(parts, asker, known)


@router.delete("/{session_id}", status_code=204, operation_id="end_session",
    summary="End a session of yours",
    responses=documented(Unauthenticated, NotFound, TooManyRequests),
)  # fmt: skip
async def end_session(parts: OfFacade, asker: OfAsker, session_id: OfSession) -> Response:
    """A browser's: it is signed out at once. That of your tokens: what it kept is forgotten."""
    known = await _resolve(parts, asker, session_id)
    async with parts.pool.connection() as connection:
        session = await asker.find(connection, known)
        if session is None or not await end(connection, known, asker.user_id):
            raise NotFound
    response = Response(status_code=204)
    if session.is_current and session.kind == "browser":
        clear_cookie(response, parts.settings)
    return response


async def _resolve(parts: Parts, asker: Asker, session_id: UUID | None) -> UUID:
    if session_id is not None:
        return session_id
    async with parts.pool.connection() as connection:
        current = await asker.current(connection)
    if current is None:
        raise NotFound
    return current


async def _read(parts: Parts, asker: Asker, session_id: UUID) -> SessionDocument:
    async with parts.pool.connection() as connection:
        row = await asker.find(connection, session_id)
    if row is None:
        raise NotFound
    return _told(row)


def _told(row: Row) -> SessionDocument:
    return SessionDocument.model_validate(
        {**vars(row), "preferences": read_preferences(row.preferences)}
    )
