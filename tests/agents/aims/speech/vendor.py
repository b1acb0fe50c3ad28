"""A stand-in for the vendors' servers: real HTTP, their wire formats, a hum for a voice."""

import base64
import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

RATE = 24_000


class Vendor(ThreadingHTTPServer):
    """Remembers what was asked; answers with ``failures`` first."""

    def __init__(self, failures: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failures = failures
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Vendor

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._send(200, json.dumps({"access_token": "ya29.x", "expires_in": 3600}).encode())
            return
        self.server.asked.append((self.path, dict(self.headers), json.loads(raw)))
        if self.server.failures:
            self._send(self.server.failures.pop(0), b'{"error": {"message": "not now"}}')
        elif self.path == "/v1/text:synthesize":
            sound = hum(len(json.loads(raw)["input"]["text"]))
            answer = {"audioContent": base64.b64encode(as_wav(sound)).decode()}
            self._send(200, json.dumps(answer).encode())
        else:
            self._send(200, hum(len(json.loads(raw)["input"])))

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def hum(letters: int) -> bytes:
    """A quarter of a second of silence, then a second and more of a quiet hum, as PCM."""
    moments = np.arange(RATE + letters * RATE // 50) / RATE
    tone = 0.05 * np.sin(2 * np.pi * 300 * moments)
    sound = np.concatenate([np.zeros(RATE // 4), tone])
    pcm: bytes = (sound * 32767).astype("<i2").tobytes()
    return pcm


def as_wav(pcm: bytes) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return buffer.getvalue()


@contextmanager
def vendor(failures: list[int] | None = None) -> Iterator[Vendor]:
    """A running stand-in."""
    server = Vendor(failures or [])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
