"""GET and POST /login, POST /logout.

GET /login?code=… shows a page with one button; its POST spends the code. What merely looks at links
(a mail scanner, a chat's preview, a browser that loads pages ahead) would otherwise use the code up
before the person comes (docs/decisions/007).
"""

import re
from pathlib import Path

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.callers import address_of
from api.login.cookie import clear_cookie, read_cookie, set_cookie
from api.login.form import read_form
from api.login.same_site import check_site
from api.login.sessions import end_session, find_session, open_session
from api.parts import OfFacade, Parts
from api.problems import LoginCodeInvalid
from api.web.built import find_styles
from api.web.templates import open_templates

PAGE = Path(__file__).parent / "page"
HOME = "/"
HERE = "/login"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # With `no-referrer` a browser would send `Origin: null` with the form.
    "Referrer-Policy": "same-origin",
}
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")

router = APIRouter(include_in_schema=False)
_pages = open_templates(PAGE)
log = structlog.get_logger()


@router.get("/login")
async def get_login(request: Request, parts: OfFacade, code: str = "", next: str = "") -> Response:  # noqa: A002
    """The page with the button, or whether this browser is signed in."""
    token = read_cookie(request, parts.settings)
    signed_in = bool(token) and await _holds(parts, str(token))
    page = _pages.get_template("login.html").render(
        code=code[:100], next=place_of(next), signed_in=signed_in,
        styles=find_styles("landing"),
    )  # fmt: skip
    return HTMLResponse(page, headers=_HEADERS)


@router.post("/login")
async def post_login(request: Request, parts: OfFacade) -> Response:
    """Spend the code: the browser is signed in, in place of whoever was before.

    Raises:
        LoginCodeInvalid: it was spent, is too old, or never was one.
        ForeignOrigin: another site's page sent it, to sign its visitor in as somebody else.
        TooManyRequests: too many wrong ones from this address.
    """
    check_site(request, parts.settings)
    form = await read_form(request)
    async with parts.pool.connection() as connection:
        opened = await open_session(connection, form.get("code", ""), parts.settings)
        if opened is not None and (before := read_cookie(request, parts.settings)):
            await end_session(connection, before)
    if opened is None:
        await parts.limits.spend("attempts", address_of(request))
        raise LoginCodeInvalid
    session, token = opened
    log.info("login", session_id=str(session.session_id))
    response = RedirectResponse(place_of(form.get("next", "")), 303)
    set_cookie(response, parts.settings, token)
    return response


@router.post("/logout")
async def post_logout(request: Request, parts: OfFacade) -> Response:
    """End the session. Without one there is nothing to do, which is fine."""
    if token := read_cookie(request, parts.settings):
        check_site(request, parts.settings)
        async with parts.pool.connection() as connection:
            await end_session(connection, token)
    response = RedirectResponse(HERE, 303)
    clear_cookie(response, parts.settings)
    return response


def place_of(wanted: str) -> str:
    """Where to go on: a path of ours, and never another site."""
    return wanted if _OURS.fullmatch(wanted) else HOME


async def _holds(parts: Parts, token: str) -> bool:
    async with parts.pool.connection() as connection:
        return await find_session(connection, token, parts.settings) is not None
