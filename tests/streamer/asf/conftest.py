"""A real stream server as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from streamer.capability import sign_stream
from tests.conftest import ROOT, create_database, free_port, stop, wait_until_open
from tests.streamer.conftest import Studio, add_stream, open_studio

SECRET = "the secret of this test run"


@dataclass
class Heard:
    """What a listener got."""

    controls: list[dict[str, Any]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    close_code: int = 0

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)

    @property
    def last(self) -> dict[str, Any]:
        return self.controls[-1]


@dataclass
class Server:
    """The server's address, and how to listen to it."""

    port: int
    process: "subprocess.Popen[bytes]"

    def path(self, capability: str, **query: object) -> str:
        words = urlencode({"stream_id": capability, **query})
        return f"ws://127.0.0.1:{self.port}/api/v1/podcasts/stream?{words}"

    def connect(self, capability: str, **query: object) -> ClientConnection:
        return connect(self.path(capability, **query), compression=None, proxy=None)

    def listen(self, capability: str, **query: object) -> Heard:
        """Everything up to the close."""
        with self.connect(capability, **query) as socket:
            return collect(socket)


def collect(socket: ClientConnection) -> Heard:
    """Everything up to the close, whatever its code.

    Raises:
        TimeoutError: nothing came for a minute.
    """
    heard = Heard()
    with suppress(ConnectionClosed):
        while True:
            message = socket.recv(timeout=60)
            if isinstance(message, str):
                heard.controls.append(json.loads(message))
            else:
                heard.chunks.append(message)
    assert socket.close_code is not None
    heard.close_code = socket.close_code
    return heard


def server_environment(studio: Studio, port: int, **settings: object) -> dict[str, str]:
    return {
        **os.environ,
        "AETHERCAST_DATABASE_URL": studio.url,
        "AETHERCAST_MEDIA_URL": studio.media_url,
        "AETHERCAST_SECRET_KEY": SECRET,
        "AETHERCAST_ASF_PORT": str(port),
        **{_variable(name): str(value) for name, value in settings.items()},
    }


def start_server(studio: Studio, port: int, **settings: object) -> "subprocess.Popen[bytes]":
    environment = server_environment(studio, port, **settings)
    process = subprocess.Popen([sys.executable, "-m", "streamer"], env=environment, cwd=ROOT)
    wait_until_open(port, process)
    return process


def _variable(setting: str) -> str:
    """The server's own settings go by their short names."""
    return setting if setting.isupper() else f"AETHERCAST_ASF_{setting.upper()}"


@pytest.fixture(scope="session")
def hall(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """One database and one media folder for all of these tests; each has its own stream."""
    url = create_database(postgres_server, template_database)
    with open_studio(url, tmp_path_factory.mktemp("hall")) as studio:
        yield studio


@pytest.fixture
def studio(hall: Studio) -> Studio:
    stream, workflow, user = add_stream(hall.url)
    return replace(hall, stream_id=stream, workflow_id=workflow, user_id=user)


@pytest.fixture(scope="session")
def server(hall: Studio) -> Iterator[Server]:
    """A server as it is by default."""
    with run_server(hall) as running:
        yield running


@contextmanager
def run_server(studio: Studio, **settings: object) -> Iterator[Server]:
    """A server of one's own, with settings."""
    port = free_port()
    process = start_server(studio, port, **settings)
    try:
        yield Server(port, process)
    finally:
        stop(process)


@pytest.fixture
def capability(studio: Studio) -> str:
    return capability_for(studio)


def capability_for(studio: Studio, **changes: Any) -> str:
    values = {
        "secret": SECRET,
        "stream_id": studio.stream_id,
        "user_id": studio.user_id,
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
        **changes,
    }
    return sign_stream(**values)
