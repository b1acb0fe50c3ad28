"""Looks at every HTTP answer that any test gets from a service of ours.

An answer of 400 or more is a problem document (RFC 9457) whose `type` has a page. That is asserted
here, once, for the whole suite: httpx's clients are watched from the moment they are made, and a
test that met anything else fails at its end. The exceptions:

- pages for people (`PAGES`) answer in HTML, and name the documented `type` in it;
- an answer to HEAD has no body: its Content-Type is looked at;
- a server that stands for somebody else's is declared with :func:`foreign`; one made of the
  standard library's `http.server` is known by its Server header. Everything else on the loopback
  is ours.
"""

import json
import re
from typing import Any

import httpx

from tests.problem_types import documented

PAGES = ("/episodes/", "/login", "/find", "/library", "/listen", "/preferences", "/topics/")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAMED = re.compile(r"<code>(/problems/[a-z0-9-]+)</code>")
_foreign: set[tuple[str, int | None]] = set()
_complaints: list[str] = []


def foreign(url: str) -> str:
    """Declare a server as somebody else's; returns its URL."""
    address = httpx.URL(url)
    _foreign.add((address.host, address.port))
    return url


def complaints() -> list[str]:
    """What was wrong with answers since the last time; forgets them."""
    found, _complaints[:] = _complaints[:], []
    return found


def judge(method: str, url: str, status: int, headers: "httpx.Headers", body: bytes) -> str | None:
    """What is wrong with an answer of ours, in a line; None where nothing is."""
    path = httpx.URL(url).path
    kind = headers.get("content-type", "").partition(";")[0].strip()
    what = f"{method} {path} answered {status}"
    if method == "HEAD" and kind == "application/problem+json":
        return None
    if (path == "/" or path.startswith(PAGES)) and kind == "text/html":
        return _judge_type(what, (_NAMED.findall(body.decode()) or [None])[0])
    if kind != "application/problem+json":
        return f"{what} as {kind or 'nothing'}, not as application/problem+json: {body[:200]!r}"
    return _judge_document(what, status, body)


def _judge_document(what: str, status: int, body: bytes) -> str | None:
    try:
        problem: dict[str, Any] = json.loads(body)
    except ValueError:
        return f"{what} with no JSON: {body[:200]!r}"
    missing = [name for name in ("type", "title", "status", "detail") if not problem.get(name)]
    if missing:
        return f"{what} without {', '.join(missing)}: {problem}"
    if problem["status"] != status:
        return f"{what} and says {problem['status']}"
    return _judge_type(what, problem["type"])


def _judge_type(what: str, uri: str | None) -> str | None:
    return None if uri in documented() else f"{what} with a type that has no page: {uri}"


def is_ours(response: httpx.Response) -> bool:
    """Whether a service of ours gave this answer."""
    url = response.request.url
    if url.host not in _LOOPBACK or (url.host, url.port) in _foreign:
        return False
    if response.headers.get("server", "").startswith("BaseHTTP"):
        return False
    named = response.headers.get("server", "").startswith("aethercast-")
    return named or "x-request-id" in response.headers


def _look(response: httpx.Response) -> None:
    if response.is_error and is_ours(response):
        response.read()
        _note(response)


async def _alook(response: httpx.Response) -> None:
    if response.is_error and is_ours(response):
        await response.aread()
        _note(response)


def _note(response: httpx.Response) -> None:
    asked = response.request
    wrong = judge(
        asked.method, str(asked.url), response.status_code, response.headers, response.content
    )
    if wrong:
        _complaints.append(wrong)


def watch() -> None:
    """From now on, look at what every httpx client gets."""
    for client, look in ((httpx.Client, _look), (httpx.AsyncClient, _alook)):
        _watch(client, look)


def _watch(client: type[Any], look: Any) -> None:
    made = client.__init__

    def make(self: Any, *positional: Any, **named: Any) -> None:
        made(self, *positional, **named)
        hooks = self.event_hooks
        self.event_hooks = {**hooks, "response": [look, *hooks.get("response", [])]}

    client.__init__ = make
