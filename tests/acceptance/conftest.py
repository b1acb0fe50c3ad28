"""The real stack, brought up once for the run from a copy of the checkout."""

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from scripts.local.compose import read_environment
from scripts.local.interpolation import defaults
from scripts.local.ports import in_use
from tests.acceptance.api import Caller, Document
from tests.acceptance.typesetting import set_pdf
from tests.conftest import clean_environment

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "sources"
TOPIC = "How lighthouses learned to shine, and who kept them burning"
LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".aethercast", ".git", "__pycache__", ".*_cache", "node_modules"
)


@dataclass
class Stack:
    """A running stack: where its parts listen, and its owner's token."""

    root: Path
    offset: int

    def url(self, port: int) -> str:
        """The address of the part whose usual port is ``port``."""
        return f"http://127.0.0.1:{port + self.offset}"

    @property
    def facade(self) -> str:
        """The public door."""
        return self.url(8000)

    @property
    def token(self) -> str:
        """What `make up` left in .aethercast/token."""
        return (self.root / ".aethercast" / "token").read_text(encoding="utf-8").strip()

    @property
    def settings(self) -> dict[str, str]:
        """The stack's settings file."""
        return read_environment(self.root / ".aethercast" / "env")

    @property
    def database_url(self) -> str:
        """For the tests that read the tables."""
        password = self.settings["DATABASE_PASSWORD"]
        return f"postgresql://aethercast:{password}@127.0.0.1:{45432 + self.offset}/aethercast"

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the copy, as make would."""
        environment = {**clean_environment(), "AETHERCAST_PORT_OFFSET": str(self.offset)}
        environment["PYTHONPATH"] = str(self.root)
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def local(self, what: str) -> "subprocess.CompletedProcess[str]":
        """`make up`, `make down` or `make status`."""
        return self.run("-m", "scripts.local", what)

    @property
    def ports(self) -> list[int]:
        """Every port of the stack."""
        text = (self.root / "docker-compose.yaml").read_text(encoding="utf-8")
        usual = [int(default) for name, default in defaults(text) if name.endswith("_PORT")]
        return sorted({port + self.offset for port in usual})


def free_offset(root: Path) -> int:
    """An offset under which nobody holds a port of the stack."""
    for _ in range(100):
        offset = random.randrange(1000, 18000, 20)
        if not any(in_use(port) for port in Stack(root, offset).ports):
            return offset
    raise RuntimeError("no free run of ports")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever kills the parts of the shared stack comes last."""
    items.sort(key=lambda item: item.path.name == "test_killed.py")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A copy of the checkout with its stack up; taken down at the end."""
    folder = Path(tempfile.mkdtemp(prefix="aethercast-acceptance-"))
    folder.chmod(0o755)
    root = folder / "checkout"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    state = root / ".aethercast"
    state.mkdir()
    (state / "models").symlink_to(ROOT / ".aethercast" / "models")
    stack = Stack(root, free_offset(root))
    up = stack.local("up")
    try:
        assert up.returncode == 0, up.stdout + up.stderr + tail_of_logs(root)
        yield stack
    finally:
        stack.local("down")
    check_nothing_is_left(stack)
    shutil.rmtree(folder, ignore_errors=True)


def check_nothing_is_left(stack: Stack) -> None:
    """`make down` leaves no process and no port."""
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline", "cwd"])
        if str(stack.root) in f"{process.info['cwd']} {process.info['cmdline']}"
    ]
    assert left == []
    assert [port for port in stack.ports if in_use(port)] == []


def tail_of_logs(root: Path) -> str:
    """The end of each log, for the report of a start that failed."""
    logs = sorted((root / ".aethercast" / "logs").glob("*.log"))
    return "".join(f"\n--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


@pytest.fixture(scope="session")
def caller(stack: Stack) -> Caller:
    """The owner of the stack."""
    return Caller(stack.facade, stack.token)


@pytest.fixture(scope="session")
def stranger(stack: Stack) -> Caller:
    """Somebody else with a token of their own."""
    made = stack.run("-m", "api.token", "--subject", "stranger", "--days", "1")
    assert made.returncode == 0, made.stderr
    return Caller(stack.facade, made.stdout.strip())


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keepers' article as a PDF of several pages."""
    path = tmp_path_factory.mktemp("sources") / "keepers.pdf"
    set_pdf((SOURCES / "keepers.md").read_text(encoding="utf-8"), path)
    return path


@pytest.fixture(scope="session")
def episode(caller: Caller, pdf: Path) -> Document:
    """A three-minute episode from an HTML file and a PDF, finished."""
    uploaded = [caller.upload(SOURCES / "fresnel-lens.html"), caller.upload(pdf)]
    answer = caller.ask(
        {
            "topic": TOPIC,
            "sources": [{"source_id": each} for each in uploaded],
            "user_preferences": {"length_minutes": 3},
        }
    )
    assert answer.status_code == 202, answer.text
    return caller.wait(answer.json()["podcast_id"])


@pytest.fixture(scope="session")
def mp3(caller: Caller, episode: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The episode's MP3, as a listener downloads it."""
    assert episode["status"] == "COMPLETED", episode["error"]
    target = tmp_path_factory.mktemp("episode") / "episode.mp3"
    return caller.download(episode["media"]["audio"]["url"], target)


@pytest.fixture
def tables(stack: Stack) -> "Iterator[psycopg.Connection[Any]]":
    """The stack's database, to read only."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.read_only = True
        yield connection
