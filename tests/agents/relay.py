"""A door in front of the model service."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.agents.model_service import TOKEN, Aims

SHUT = 503, b'{"detail": "shut"}'


@dataclass
class Relay:
    """It counts what passes, can be shut, and says other things if told to.

    ``patience`` is how many more texts it lets through; then it answers 503 until it is raised.
    ``shut`` lets nothing through, not even a question for the voices. ``answers`` are given
    instead of the service's, one an asking.
    """

    target: str
    url: str = ""
    patience: int = 10_000
    shut: bool = False
    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> list[str]:
        """The tasks of what was asked."""
        return [each["task"] for each in self.asked]

    def look(self, path: str) -> tuple[int, bytes]:
        if self.shut:
            return SHUT
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.get(f"{self.target}{path}", headers=headers, timeout=60)
        return answer.status_code, answer.content

    def forward(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.shut or self.patience <= 0:
            return SHUT
        self.patience -= 1
        self.asked.append(json.loads(body))
        if self.answers:
            made = {"output": self.answers.pop(0), "model": "a-model", "usage": {}}
            return 200, json.dumps(made).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        answer = httpx.post(f"{self.target}{path}", content=body, headers=headers, timeout=60)
        return answer.status_code, answer.content


@pytest.fixture
def relay(aims: Aims) -> Iterator[Relay]:
    """A relay in front of the model service."""
    state = Relay(aims.url)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(*state.look(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(*state.forward(self.path, body))

        def answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()
