"""Debian's Chromium without a window, driven over its DevTools protocol."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--mute-audio", "--autoplay-policy=no-user-gesture-required", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--remote-debugging-port=0",
]  # fmt: skip


def find_chromium() -> str | None:
    """The browser's path, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One empty page."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    def evaluate(self, script: str) -> Any:
        """What the promise that ``script`` evaluates to resolves to."""
        self._count += 1
        question = {
            "id": self._count, "method": "Runtime.evaluate",
            "params": {"expression": script, "awaitPromise": True, "returnByValue": True},
        }  # fmt: skip
        self._socket.send(json.dumps(question))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._count:
                break
        if "exceptionDetails" in answer.get("result", {}) or "error" in answer:
            raise RuntimeError(json.dumps(answer)[:2000])
        return answer["result"]["result"].get("value")


@contextmanager
def open_page(program: str, folder: Path) -> Iterator[Page]:
    """Start the browser, give its first page, end it."""
    command = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = _wait_for_port(folder / "DevToolsActivePort", process)
        targets = httpx.get(f"http://127.0.0.1:{port}/json/list", trust_env=False).json()
        url = next(each for each in targets if each["type"] == "page")["webSocketDebuggerUrl"]
        with connect(url, proxy=None, max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for_port(path: Path, process: "subprocess.Popen[bytes]") -> int:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"Chromium ended with {process.returncode}")
        if path.exists() and (lines := path.read_text().split()):
            return int(lines[0])
        time.sleep(0.05)
    raise TimeoutError("Chromium does not open its DevTools")
