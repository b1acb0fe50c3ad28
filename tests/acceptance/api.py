"""A caller of the running stack: HTTP and WebSocket, nothing else."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets.sync.client import connect

TERMINAL = {"COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCELLED"}
Document = dict[str, Any]


@dataclass
class Caller:
    """Somebody with a token."""

    facade: str
    token: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(base_url=self.facade, headers=headers, timeout=60)

    def upload(self, path: Path) -> str:
        """Upload a file; returns its source id."""
        answer = self.client.post(
            "/api/v1/sources",
            files={"file": (path.name, path.read_bytes())},
            headers={"X-Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["source_id"])

    def ask(self, body: Document, key: str | None = None) -> httpx.Response:
        """POST /podcasts."""
        headers = {"X-Idempotency-Key": key or str(uuid4())}
        return self.client.post("/api/v1/podcasts", json=body, headers=headers)

    def status(self, podcast_id: str) -> Document:
        """GET /podcasts/{id}."""
        answer = self.client.get(f"/api/v1/podcasts/{podcast_id}")
        assert answer.status_code == 200, answer.text
        found: Document = answer.json()
        return found

    def wait(self, podcast_id: str, seconds: float = 400) -> Document:
        """Poll until the podcast is finished, one way or another."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.status(podcast_id)
            if status["status"] in TERMINAL:
                return status
            time.sleep(0.5)
        raise TimeoutError(f"still {status['status']}: {json.dumps(status['agents'])}")

    def wait_for_agent(self, podcast_id: str, agent: str, done: int) -> Document:
        """Poll until an agent has so much progress behind it."""
        for _ in range(1200):
            status = self.status(podcast_id)
            assert status["status"] == "GENERATING", (status["status"], status["error"])
            for each in status["agents"]:
                if each["agent"] == agent and (each["progress"] or {}).get("done", 0) >= done:
                    return status
            time.sleep(0.1)
        raise TimeoutError(f"{agent} never got to {done}")

    def download(self, url: str, to: Path) -> Path:
        """Fetch a signed URL, without the token."""
        answer = httpx.get(httpx.URL(self.facade).join(url), timeout=60)
        assert answer.status_code == 200, answer.text
        to.write_bytes(answer.content)
        return to


@dataclass
class Heard:
    """What came over a WebSocket: control messages, bytes, and their SHA-256."""

    metadata: Document
    end: Document
    audio: bytes

    @property
    def sha256(self) -> str:
        """Hex digest of the audio."""
        return hashlib.sha256(self.audio).hexdigest()


def hear(websocket_url: str, cursor: int = 0) -> Heard:
    """Listen to a stream from a byte to its end."""
    joint = "&" if "?" in websocket_url else "?"
    audio = bytearray()
    with connect(f"{websocket_url}{joint}cursor={cursor}", compression=None) as socket:
        metadata = json.loads(socket.recv(timeout=30))
        if metadata["type"] == "error":
            return Heard({}, metadata, b"")
        while True:
            message = socket.recv(timeout=60)
            if isinstance(message, bytes):
                audio += message
                continue
            control = json.loads(message)
            if control["type"] in ("stream_end", "error"):
                return Heard(metadata, control, bytes(audio))
