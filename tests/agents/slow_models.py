"""Model services that speak the wire and never come to an end: AIMS, and Vertex AI's pictures."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

VOICES = [
    {"name": name, "gender": gender, "accent": "american", "model": "slow"}
    for name, gender in (("heart", "female"), ("michael", "male"))
]


@dataclass
class SlowModels:
    """What was asked, as ``METHOD path``; nothing that costs is ever answered."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    lines: dict[str, Any] = field(default_factory=dict)
    """The lines handed in, by their text."""
    open: threading.Event = field(default_factory=threading.Event)

    def calls(self) -> list[str]:
        """The requests that stand for a model's work."""
        return [one for one in self.asked if one.startswith("POST")]

    def withdrawn(self) -> list[str]:
        """The requests that let a line go."""
        return [one for one in self.asked if one.startswith("DELETE")]

    def answer(self, method: str, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        """What is said, as soon as it is."""
        if path == "/v1/voices":
            return 200, {"backend": "slow", "voices": VOICES, "counters": {}}
        if path.startswith("/v1/synthesize"):
            return self._speak(method, path.rpartition("/")[2], float(query.get("wait", ["0"])[0]))
        self.open.wait(60)
        return 503, {"detail": "shut"}

    def _speak(self, method: str, key: str, wait: float) -> tuple[int, Any]:
        if method == "DELETE":
            return 204, None
        if method == "POST":
            return 202, {"task_id": key}
        self.open.wait(wait)
        return 200, {"task_id": key, "status": "STARTED"}


@contextmanager
def serve_slowly(port: int | None = 0) -> Iterator[SlowModels]:
    """Serve until the block ends, on a free port or a given one."""
    models = SlowModels()

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            if body and parts.path == "/v1/synthesize":
                line = json.loads(body)
                models.lines[line["text"]] = line
            models.asked.append(f"{self.command} {parts.path}")
            status, document = models.answer(self.command, parts.path, parse_qs(parts.query))
            body = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port or 0), Handler)
    server.daemon_threads = True
    models.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield models
    finally:
        models.open.set()
        server.shutdown()
        server.server_close()


def quiet(models: SlowModels, seconds: float = 3.0) -> list[str]:
    """What is still asked in the seconds after this."""
    before = len(models.asked)
    time.sleep(seconds)
    return models.asked[before:]
