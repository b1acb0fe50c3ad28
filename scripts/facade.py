"""The facade as its own command line uses it: over HTTP, with a bearer token."""

import mimetypes
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from scripts.order import Order, is_address

PATIENCE = 90.0  # seconds without any answer until the facade counts as gone


class Refused(RuntimeError):
    """The facade says no; the message is its own."""


class Unreachable(RuntimeError):
    """The facade does not answer."""


class Facade:
    """A caller's view of the facade."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )
        self._seen: dict[str, tuple[str, dict[str, Any]]] = {}

    def request(self, order: Order, key: str) -> dict[str, Any]:
        """Hand in the files and ask for the episode. Asking again with the key changes nothing.

        Raises:
            Refused: the request, a file or the token is not accepted.
            Unreachable: nobody answered.
        """
        sources = [self._source(one, f"{key}-{n}") for n, one in enumerate(order.sources)]
        body: dict[str, Any] = {"topic": order.topic, "sources": sources}
        if order.minutes is not None:
            body["user_preferences"] = {"length_minutes": order.minutes}
        return self._post("/podcasts", key, lambda: {"json": body})

    def _source(self, source: str, key: str) -> dict[str, str]:
        if is_address(source):
            return {"url": source}
        name, content = Path(source).name, Path(source).read_bytes()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        answer = self._post("/sources", key, lambda: {"files": {"file": (name, content, kind)}})
        return {"source_id": str(answer["source_id"])}

    def _post(self, path: str, key: str, content: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        headers = {"Idempotency-Key": key}
        return _body(patiently(lambda: self._http.post(path, headers=headers, **content())))

    def podcast(self, workflow_id: str) -> dict[str, Any]:
        """The episode's present state.

        Raises:
            Refused: there is no such episode.
            Unreachable: nobody answered.
        """
        etag, known = self._seen.get(workflow_id, ("", {}))
        headers = {"If-None-Match": etag} if etag else {}
        path = f"/podcasts/{workflow_id}"
        answer = patiently(lambda: self._http.get(path, headers=headers))
        if answer.status_code == 304:
            return known
        body = _body(answer)
        self._seen[workflow_id] = (answer.headers.get("ETag", ""), body)
        return body

    def download(self, url: str, out: Path) -> int:
        """Save what is at a signed URL under ``out``, whole or not at all; its bytes.

        Raises:
            Refused: the link does not hold.
            Unreachable: the connection kept breaking.
        """
        partial = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            patiently(lambda: self._save(url, partial))
            size = partial.stat().st_size
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
        return size

    def _save(self, url: str, partial: Path) -> httpx.Response:
        with self._http.stream("GET", url) as answer:
            if answer.is_error:
                answer.read()
                _body(answer)
            with partial.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            return answer


def patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until there is an answer that is not the server's own trouble.

    Raises:
        Unreachable: there was none for 90 seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
            trouble = f"HTTP {answer.status_code}"
            if answer.status_code < 500 and answer.status_code not in (409, 429):
                return answer
        except httpx.TransportError as error:
            trouble = str(error) or type(error).__name__
        if time.monotonic() > deadline:
            raise Unreachable(f"The facade does not answer: {trouble}. See: make status")
        time.sleep(0.5)


def _body(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        body: dict[str, Any] = answer.json()
        return body
    raise Refused(explain(answer))


def explain(answer: httpx.Response) -> str:
    """A problem document (RFC 9457) as one sentence or two."""
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    words = [problem.get("title") or f"HTTP {answer.status_code}", problem.get("detail") or ""]
    words += [f"{e.get('pointer', '')}: {e.get('detail', '')}" for e in problem.get("errors", [])]
    return " ".join(word for word in words if word)
