"""The cookie that a signed-in browser sends.

HttpOnly: no script reads it. SameSite=Lax: it comes along when a person follows a link to us, and
with no other request that a page of another site starts. Cookies know no ports, so the name has
ours in it: two checkouts on one machine do not sign each other out.
"""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from api.settings import FacadeSettings


def read_cookie(request: Request, settings: FacadeSettings) -> str | None:
    """The session token that the browser holds; None where it holds none."""
    return request.cookies.get(name_of(settings)) or None


def set_cookie(response: Response, settings: FacadeSettings, token: str) -> None:
    """Have the browser hold the token for as long as a session may last."""
    response.set_cookie(
        name_of(settings), token, max_age=settings.session_days * 86_400, path="/",
        secure=_is_secure(settings), httponly=True, samesite="lax",
    )  # fmt: skip


def clear_cookie(response: Response, settings: FacadeSettings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(
        name_of(settings), path="/", secure=_is_secure(settings), httponly=True, samesite="lax"
    )


def name_of(settings: FacadeSettings) -> str:
    """The cookie's name; with `__Host-` a browser lets nobody but this very host set it."""
    if _is_secure(settings):
        return "__Host-aethercast"
    return f"aethercast_{urlsplit(settings.public_url).port or 80}"


def _is_secure(settings: FacadeSettings) -> bool:
    return settings.public_url.startswith("https://")
