"""A server that speaks the vendors' wire formats, with answers made by the test."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class StandIn:
    """What the server answers next, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    queue: list[bytes] = field(default_factory=list)
    delay: threading.Event | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def answer_openai(self, content: Any, **choice: Any) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        message = {"role": "assistant", "content": text}
        self.answer(
            {
                "id": "chatcmpl-1", "object": "chat.completion", "model": "some-model-2026",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}],
                "usage": {"prompt_tokens": 812, "completion_tokens": 96, "total_tokens": 908},
            }
        )  # fmt: skip

    def answer_vertex(self, content: Any, **candidate: Any) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        parts = {"role": "model", "parts": [{"text": text}]}
        self.answer(
            {
                "candidates": [{"content": parts, "finishReason": "STOP", **candidate}],
                "usageMetadata": {"promptTokenCount": 812, "candidatesTokenCount": 96},
                "modelVersion": "gemini-2.5-flash-001",
            }
        )

    def answer(self, body: Any, status: int = 200) -> None:
        self.body, self.status = json.dumps(body).encode(), status


@pytest.fixture
def vendor() -> Iterator[StandIn]:
    """A running stand-in."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append({"path": self.path, "body": sent, "headers": dict(self.headers)})
            if state.delay is not None:
                state.delay.wait(5)
            if state.queue:
                state.body = state.queue.pop(0)
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()
