"""A model service that writes, a door in front of it, and the message that asks for a card."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from agents.process import Process
from agents.sca.task import craft_snippet
from agents.settings import AgentSettings
from agents.task import Ending
from tests.agents.model_service import TOKEN, Aims
from tests.agents.shared_database import database_url, shared_database
from tests.agents.tda.seed import Seeded

__all__ = ["database_url", "shared_database"]

Connection = psycopg.Connection[Any]
Craft = Callable[..., Ending]


@dataclass
class Relay:
    """A door in front of the model service: counts what passes, says other things if told to.

    ``answers`` are given instead of the service's, one an asking; ``shut`` lets nothing through.
    """

    target: str
    url: str = ""
    shut: bool = False
    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def forward(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.shut:
            return 503, b'{"detail": "shut"}'
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
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = state.forward(self.path, body)
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


@pytest.fixture
def settings(database_url: str, tmp_path: Path, relay: Relay) -> AgentSettings:
    """A worker's settings: the model service stands behind the relay."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM topics_snippets")
    return AgentSettings(
        database_url=database_url,
        service_token=TOKEN,  # type: ignore[arg-type]
        media_url=(tmp_path / "media").as_uri(),
        aims_url=relay.url,
        lease_seconds=3.0,
    )


@pytest.fixture
def craft(process: Process) -> Craft:
    """Let the message for a topic's card arrive at this process."""

    def ask(seeded: Seeded, place: int = 0, key: str = "the key", **more: Any) -> Ending:
        topic = seeded.topics[place]
        named = {name: topic[name] for name in ("topic_id", "title_suggestion", "keywords")}
        message = {
            "idempotency_key": f"{key} {topic['topic_id']}",
            "workflow_id": str(seeded.workflow_id), "fingerprint": topic["fingerprint"],
            **named, **more,
        }  # fmt: skip
        return craft_snippet.perform(process, None, message)

    return ask
