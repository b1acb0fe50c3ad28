"""Real workers and a real status service, as processes of their own."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from agents.celery_app import app
from tests.conftest import ROOT, free_port, stop, wait_until_open

Child = subprocess.Popen[bytes]


def environment(database_url: str, broker_url: str, folder: Path, **more: str) -> dict[str, str]:
    """Settings of a process, as environment variables."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AETHERCAST_DATABASE_URL": database_url,
        "AETHERCAST_BROKER_URL": broker_url,
        "AETHERCAST_SERVICE_TOKEN": "the-service-token",
        "AETHERCAST_MEDIA_URL": (folder / "media").as_uri(),
        **more,
    }


class Stack:
    """The processes of one test."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = env
        self.folder = folder
        self.url = ""
        self.children: list[Child] = []

    def start(self, name: str, *command: str) -> Child:
        log = (self.folder / f"{name}.log").open("ab")
        child = subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def worker(self, module: str, queue: str, concurrency: int = 2, *, ready: bool = True) -> Child:
        """Start a worker; by default wait until it takes messages."""
        name = f"{queue}-{uuid.uuid4().hex[:6]}@test"
        child = self.start(
            name, sys.executable, "-m", "celery", "-A", "agents.celery_app", "worker",
            "-I", module, "-Q", queue, "-P", "threads", "-c", str(concurrency), "-n", name,
            "--without-gossip", "--without-mingle",
        )  # fmt: skip
        if ready:
            until(lambda: app.control.inspect([name], timeout=0.5).ping(), seconds=40)
        return child

    def status(self) -> httpx.Client:
        """Start the status service; a client that carries the service token."""
        port = free_port()
        self.env["AETHERCAST_STATUS_PORT"] = str(port)
        wait_until_open(port, self.start("status", sys.executable, "-m", "agents.status"))
        return httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": "Bearer the-service-token"},
            timeout=60,
        )

    def end(self) -> None:
        for child in self.children:
            if child.poll() is None:
                stop(child)


def until(question: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Ask until the answer is true; return it. Fails loudly after ``seconds``.

    The longer it takes, the more seldom it is asked: who asks a busy server twenty times a second
    keeps it from what it is asked about.
    """
    began = time.monotonic()
    while True:
        waited = time.monotonic() - began
        answer = question()
        if answer:
            return answer
        if waited > seconds:
            raise TimeoutError(f"{question} was not true within {seconds} s")
        time.sleep(min(max(0.05, waited / 10), 0.25))
