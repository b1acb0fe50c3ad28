"""Debian's Chromium without a window, driven over its DevTools protocol."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--mute-audio", "--no-first-run", "--disable-extensions", "--disable-background-networking",
    "--remote-debugging-port=0",
]  # fmt: skip
DOMAINS = ("Runtime", "Log", "Page", "Network", "DOM")
"""What a tab tells of all the time; what screen readers find is worked out when it is asked for."""
KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Tab": 9, "Enter": 13, " ": 32,
        "PageUp": 33, "PageDown": 34, "Escape": 27}  # fmt: skip


Point = tuple[float, float]


def find_chromium() -> str | None:
    """The browser's path, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class ScriptFailed(Exception):
    """What was evaluated in the page threw."""


@dataclass
class Page:
    """One tab. Everything it complains of is kept in ``complaints``: whatever a page says on its
    console as an error or a warning, exceptions nobody caught, violated policies, failed loads."""

    socket: ClientConnection
    complaints: list[str] = field(default_factory=list)
    _count: int = 0

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command; its result. What the page said meanwhile is noted."""
        self._count += 1
        self.socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=90))
            if answer.get("id") == self._count:
                break
            self._note(answer)
        if "error" in answer:
            raise ScriptFailed(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, script: str, pressed: bool = False) -> Any:
        """What the promise that ``script`` evaluates to resolves to; ``pressed``: as if it were
        run because somebody pressed something."""
        answer = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True,
            userGesture=pressed,
        )  # fmt: skip
        if "exceptionDetails" in answer:
            raise ScriptFailed(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def wait(self, condition: str, seconds: float = 20.0) -> Any:
        """Return as soon as the expression is true."""
        until = time.monotonic() + seconds
        while not (found := self.evaluate(condition)):
            if time.monotonic() > until:
                raise TimeoutError(f"{condition} did not become true: {self.evaluate(TOLD)}")
            time.sleep(0.02)
        return found

    def open(self, url: str) -> None:
        """Go to an address, and wait until its scripts have run."""
        self.send("Page.navigate", url=url)
        self.wait("location.href !== 'about:blank' && document.readyState === 'complete'")

    def click(self, selector: str) -> None:
        """Press the left button over an element, as a person does."""
        place = self.evaluate(
            f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center"}}); const r = e.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2]; }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send(
                "Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left",
                clickCount=1,
            )  # fmt: skip

    def drag(self, start: Point, *by: Point) -> None:
        """Press the left button at a point, move by way of others, and let go at the last."""
        moves = [("mousePressed", start), *(("mouseMoved", point) for point in by)]
        for kind, (x, y) in [*moves, ("mouseReleased", by[-1])]:
            self.send(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1,
                clickCount=1,
            )  # fmt: skip

    def press(self, key: str) -> None:
        """Press a key."""
        code = KEYS[key]
        more = {"text": key if key == " " else "\r"} if key in (" ", "Enter") else {}
        for kind in ("keyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code,
                code="Space" if key == " " else key, **(more if kind == "keyDown" else {}),
            )  # fmt: skip

    def type(self, text: str) -> None:
        """Write into what has the focus."""
        self.send("Input.insertText", text=text)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Without a network for the length of the block."""
        self._net(True)
        try:
            yield
        finally:
            self._net(False)

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """As a browser whose owner allows none."""
        self.send("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield
        finally:
            self.send("Emulation.setScriptExecutionDisabled", value=False)

    def look(self, width: int, height: int, theme: str) -> None:
        """Show the page as so wide, and in a theme: light or dark."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=width < 500,
        )  # fmt: skip
        scheme = [{"name": "prefers-color-scheme", "value": theme}]
        self.send("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path: Path) -> None:
        """Save how it looks."""
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=False)
        path.write_bytes(base64.b64decode(shot["data"]))

    def forgive(self, beginning: str) -> None:
        """Strike out complaints that a test brought about itself, and that no page can avoid."""
        self.complaints = [
            each for each in self.complaints if not each.partition(": ")[2].startswith(beginning)
        ]

    def spoken_tree(self) -> list[dict[str, str]]:
        """What a screen reader finds: role, name, value text."""
        found = []
        for node in self.send("Accessibility.getFullAXTree")["nodes"]:
            if node.get("ignored"):
                continue
            said = {word: str(node.get(word, {}).get("value", "")) for word in ("role", "name")}
            more = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
            said["value"] = str(more.get("valuetext") or node.get("value", {}).get("value", ""))
            found.append(said)
        return found

    def _net(self, away: bool) -> None:
        self.send(
            "Network.emulateNetworkConditions", offline=away, latency=0, downloadThroughput=-1,
            uploadThroughput=-1,
        )  # fmt: skip

    def _note(self, event: dict[str, Any]) -> None:
        said = event.get("params", {})
        match event.get("method"):
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                words = [str(each.get("value", each.get("description"))) for each in said["args"]]
                self.complaints.append(f"console.{said['type']}: {' '.join(words)}")
            case "Runtime.exceptionThrown":
                details = said["exceptionDetails"]
                text = details.get("exception", {}).get("description", details["text"])
                self.complaints.append(f"exception: {text}")
            case "Log.entryAdded" if said["entry"]["level"] in ("error", "warning"):
                entry = said["entry"]
                self.complaints.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}")


TOLD = """JSON.stringify([document.querySelector("aethercast-player")?.dataset.state,
document.querySelector("aethercast-player .player-status")?.textContent,
document.querySelector("audio")?.currentTime, location.href])"""


class Browser:
    """A running Chromium."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/json"

    @contextmanager
    def tab(self) -> Iterator[Page]:
        """A new tab, empty; closed at the end."""
        made = httpx.put(f"{self._address}/new?about:blank", trust_env=False).json()
        try:
            with connect(made["webSocketDebuggerUrl"], proxy=None, max_size=None) as socket:
                page = Page(socket)
                for domain in DOMAINS:
                    page.send(f"{domain}.enable")
                yield page
        finally:
            httpx.get(f"{self._address}/close/{made['id']}", trust_env=False)


@contextmanager
def open_browser(program: str, folder: Path, *flags: str) -> Iterator[Browser]:
    """Start the browser; end it."""
    command = [program, *FLAGS, *flags, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Browser(_wait_for_port(folder / "DevToolsActivePort", process))
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
