"""A small stack of its own: real PostgreSQL, Redis and supervisor, a plain web server above."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from scripts.local.interpolation import defaults
from scripts.local.places import Places
from scripts.local.ports import in_use
from scripts.local.supervisor import Supervisor
from tests.conftest import clean_environment

ROOT = Path(__file__).parents[2]

# Leaves its group and its session, and writes over what the kernel shows of its environment.
RUNAWAY = """
import os, subprocess, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve(sys.executable, [sys.executable, '-c', 'import time; time.sleep(600)'], {})
    os._exit(0)
time.sleep(600)
"""

SMALL = {
    "name": "small",
    "services": {
        "postgres": {
            "image": "postgres:18",
            "command": ["postgres"],
            "ports": ["${DATABASE_PORT:-45432}"],
            "healthcheck": {"test": ["CMD", "pg_isready"]},
            "stop_signal": "SIGINT",
        },
        "redis": {
            "image": "redis:7",
            "command": ["redis-server"],
            "ports": ["${BROKER_PORT:-46379}"],
            "healthcheck": {"test": ["CMD", "redis-cli"]},
        },
        "migrate": {
            "image": "x",
            "command": ["python", "-c", "open('migrated', 'a').write('once ')"],
            "environment": {
                "DATABASE_URL": "postgresql://aethercast:${DATABASE_PASSWORD}@"
                "${DATABASE_HOST:-postgres}:${DATABASE_PORT:-45432}/postgres"
            },
            "depends_on": {"postgres": {"condition": "service_healthy"}},
            "restart": "no",
            "x-inputs": ["inputs"],
        },
        "web": {
            "image": "x",
            "command": ["python", "-m", "http.server", "--bind", "127.0.0.1", "${API_PORT:-8000}"],
            "environment": {"BROKER": "redis://:${BROKER_PASSWORD}@${BROKER_HOST:-redis}/0"},
            "depends_on": {
                "migrate": {"condition": "service_completed_successfully"},
                "redis": {"condition": "service_healthy"},
            },
            "ports": ["127.0.0.1:${API_PORT:-8000}:${API_PORT:-8000}"],
            "healthcheck": {
                "test": [
                    "CMD", "python", "-m", "scripts.local.probe",
                    "http://127.0.0.1:${API_PORT:-8000}/",
                ]
            },
            "restart": "unless-stopped",
        },
        "runaway": {"image": "x", "command": ["python", "-c", RUNAWAY.strip()]},
    },
}  # fmt: skip
SMALL["services"]["runaway"]["command"] = ["python", "runaway.py"]  # type: ignore[index]


@dataclass
class SmallStack:
    """A stack in a folder of its own, driven as make drives the real one."""

    places: Places
    offset: int
    extra: dict[str, str] = field(default_factory=dict)

    def local(self, what: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run ``python -m scripts.local <what>`` for this stack."""
        chosen = {"AETHERCAST_PORT_OFFSET": str(self.offset), **self.extra, **environment}
        return subprocess.run(
            [sys.executable, "-m", "scripts.local", "--root", str(self.places.root), what],
            cwd=ROOT,
            env={**clean_environment(), **chosen},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def up(self, **environment: str) -> None:
        """Bring it up; the test fails with its words where that fails."""
        done = self.local("up", **environment)
        assert done.returncode == 0, done.stdout + done.stderr

    def pids(self) -> dict[str, int]:
        """The process ids of what runs, by service."""
        found = Supervisor(self.places).processes()
        return {name: one.pid for name, one in found.items() if one.lives}

    @property
    def ports(self) -> list[int]:
        """Every port it uses."""
        text = self.places.compose.read_text(encoding="utf-8")
        usual = {int(one) for name, one in defaults(text) if name.endswith("_PORT")}
        return sorted(port + self.offset for port in usual)


def write_small(root: Path) -> None:
    """Put the small stack's files into a folder."""
    (root / "docker-compose.yaml").write_text(yaml.safe_dump(SMALL, sort_keys=False))
    (root / "runaway.py").write_text(RUNAWAY)
    (root / "inputs").mkdir()


def free_offset(ports: list[int]) -> int:
    """An offset that puts all these ports where nobody listens."""
    start = 1200 + os.getpid() % 400 * 20
    for offset in range(start, 18000, 20):
        if not any(in_use(port + offset) for port in ports):
            return offset
    raise RuntimeError("no free run of ports")


@contextmanager
def a_small_stack() -> Iterator[SmallStack]:
    """A stack that is not up yet; whatever happened, nothing of it is left."""
    root = Path(tempfile.mkdtemp(prefix="aethercast small "))
    root.chmod(0o755)
    write_small(root)
    stack = SmallStack(Places(root), 0)
    stack.offset = free_offset(stack.ports)
    yield stack
    stack.local("down")
    shutil.rmtree(root)


@pytest.fixture
def small_stack() -> Iterator[SmallStack]:
    """A stack for one test, not up yet."""
    with a_small_stack() as stack:
        yield stack


@pytest.fixture(scope="module")
def running_stack() -> Iterator[SmallStack]:
    """A stack that is up, for tests that only look at it."""
    with a_small_stack() as stack:
        stack.up()
        yield stack
