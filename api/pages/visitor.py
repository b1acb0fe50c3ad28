"""Who looks at a page: a browser that is signed in. Others are led to where that is done."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from api.caller_book import Caller
from api.callers import identify
from api.limits.limiter import tell
from api.parts import OfFacade, Parts
from api.problems import Unauthenticated
from api.sessions.document import SessionDocument
from api.sessions.preferences import read_preferences
from api.sessions.sessions import Asker, asker_of

THEME = "theme"
"""Cookie by which a browser remembers its colours; the page's switch sets it."""


class NotSignedIn(Exception):
    """This browser has to sign in first, and is to come back to where it was going."""

    def __init__(self, address: str) -> None:
        super().__init__("Sign in first.")
        self.address = address


@dataclass(frozen=True)
class Visitor:
    """Whoever looks at a page."""

    caller: Caller
    asker: Asker
    session: SessionDocument
    theme: Literal["light", "dark"] | None
    """Colours; None: as the browser has them."""


async def enter(request: Request, parts: Parts) -> Visitor:
    """The visitor, whose visit is counted as reading.

    Raises:
        NotSignedIn: nobody we know.
        ForeignOrigin: somebody else's page made the browser ask.
        TooManyRequests: too many visits.
    """
    try:
        caller = await identify(request, parts)
    except Unauthenticated:
        raise NotSignedIn(address_of(request)) from None
    if request.method != "POST":
        tell(request, await parts.limits.spend("reads", caller.user_id))
    asker = asker_of(request, caller.user_id, parts.settings)
    async with parts.pool.connection() as connection:
        session_id = await asker.current(connection)
        row = None if session_id is None else await asker.find(connection, session_id)
    if row is None:  # it ended this very moment
        raise NotSignedIn(address_of(request))
    preferences = read_preferences(row.preferences)
    session = SessionDocument.model_validate({**vars(row), "preferences": preferences})
    return Visitor(caller, asker, session, _theme(request) or preferences.theme)


def address_of(request: Request) -> str:
    """Path and query of what was asked for; of a form's sending, the landing page."""
    if request.method not in ("GET", "HEAD"):
        return "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


async def lead_to_login(_request: Request, problem: Exception) -> Response:
    """Where one signs in; from there the way leads back."""
    assert isinstance(problem, NotSignedIn)
    return RedirectResponse(f"/login?next={quote(problem.address, safe='/')}", 303)


def _theme(request: Request) -> Literal["light", "dark"] | None:
    chosen = request.cookies.get(THEME)
    return "light" if chosen == "light" else "dark" if chosen == "dark" else None


async def _visitor(request: Request, parts: OfFacade) -> Visitor:
    return await enter(request, parts)


OfVisitor = Annotated[Visitor, Depends(_visitor)]
