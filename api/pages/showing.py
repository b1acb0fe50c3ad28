"""Makes a page's HTML."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from starlette.responses import HTMLResponse, Response

from agents.canonical import JSON
from api.pages.policy import headers
from api.pages.visitor import Visitor
from api.problems import Problem
from api.settings import FacadeSettings
from api.web.built import UNBUILT, BuiltPage, find_page, find_styles
from api.web.templates import open_templates

HTML = Path(__file__).parent / "html"
FALLBACK = BuiltPage("", UNBUILT)
"""Where the page was not built: it can be read all the same."""

View = Literal["landing", "found", "library", "topic", "listen", "preferences"]

_pages = open_templates(HTML)


@dataclass(frozen=True)
class Shown:
    """A page about to be shown."""

    view: View
    title: str
    """In the window's head."""
    path: str
    """Of the link in the page's head that leads here; empty: none does."""
    answer: JSON
    """What the call answers that the page is made of, for the page's script."""
    words: dict[str, Any]
    """What the template says."""
    more: dict[str, JSON]
    """What else the script is given."""
    refresh: int | None = None
    """Without a script: seconds after which the page asks again."""


def show(settings: FacadeSettings, visitor: Visitor, page: Shown, status: int = 200) -> Response:
    """The page as an answer."""
    given = {
        "view": page.view,
        "answer": page.answer,
        "session": visitor.session.model_dump(mode="json", exclude_none=True),
        **page.more,
    }
    html = _pages.get_template(f"{page.view}.html").render(
        **page.words, page=page, theme=visitor.theme, built=find_page("landing") or FALLBACK,
        given=inlined(given),
    )  # fmt: skip
    return HTMLResponse(html, status, headers(settings))


def refuse(kind: type[Problem], detail: str, status: int) -> str:
    """A page that says what is wrong; the same words as the problem document has."""
    return _pages.get_template("problem.html").render(
        kind=kind, detail=detail, status=status, styles=find_styles("landing")
    )


def inlined(value: JSON) -> str:
    """JSON that may stand in a script element: nothing in it can end that element, or begin one.

    HTML Living Standard, "Restrictions for contents of script elements".
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
