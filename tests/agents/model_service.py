"""A real model service in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from agents.aims.client import AimsClient
from scripts.local import models
from tests.conftest import ROOT, create_database, free_port, stop

TOKEN = "the-service-token"


@dataclass
class Aims:
    """A model service that a test may end, kill and start again."""

    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Aims":
        environment = {**os.environ, **self.environment, "AETHERCAST_AIMS_PORT": str(self.port)}
        command = [sys.executable, "-m", "agents.aims"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        for _ in range(600):
            assert self.process.poll() is None, "AIMS ended"
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError("AIMS does not become ready")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            stop(self.process, how)

    def client(self) -> AimsClient:
        return AimsClient(self.url, TOKEN)


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The voices' models, brought here if they are not."""
    assert models.main(["--with-recogniser"]) == 0
    return models.models_dir()


@pytest.fixture(scope="session")
def aims_environment(
    postgres_server: str,
    template_database: str,
    models_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """Settings of a model service with a database and a media store of its own."""
    return {
        "AETHERCAST_DATABASE_URL": create_database(postgres_server, template_database),
        "AETHERCAST_MEDIA_URL": tmp_path_factory.mktemp("media").as_uri(),
        "AETHERCAST_MODELS_DIR": str(models_dir),
        "AETHERCAST_SERVICE_TOKEN": TOKEN,
        # The same sums, the same samples, a tenth less of the processor that others wait for.
        "AETHERCAST_SPEECH_THREADS": "1",
    }


@pytest.fixture(scope="package")
def aims(aims_environment: dict[str, str]) -> Iterator[Aims]:
    """One running model service for the tests of all agents: it takes eight seconds to be warm.

    Whoever kills it starts it again. Its tally counts for all, so tests look at differences.
    """
    running = Aims(aims_environment).start()
    yield running
    running.end()
