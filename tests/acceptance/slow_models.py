"""Models that do not come to an end before they may: the stack's writer and painter, held.

Nothing of ours is replaced. The workers are the stack's own commands in its own environment,
started anew with another address: the writer's requests to AIMS pass a gate, and the cover is
painted by a server that speaks Vertex AI's wire format. Each holds the requests in which a held
name stands until a test lets that name go: what is to be stopped cannot be finished before it is,
however long the stopping takes.
"""

import base64
import json
import shlex
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import httpx
import psutil
import skia
from supervisor.datatypes import dict_of_key_value_pairs  # type: ignore[import-untyped]

from agents.aims.text.tasks import PART
from scripts.local.places import Places
from scripts.local.plan import program_path
from scripts.local.supervisor import Supervisor
from tests.acceptance.conftest import Stack
from tests.conftest import clean_environment, stop

HELD_SECONDS = 300
"""How long a request is held at most; longer than any test waits for what was stopped."""


@dataclass
class Held:
    """Names that are held. A request in which none of them stands is let by at once."""

    _names: dict[str, Event] = field(default_factory=dict)

    def hold(self, name: str) -> None:
        """Hold all requests with this name from now on."""
        self._names[name] = Event()

    def let_go(self, name: str) -> None:
        """Let them by, and those to come."""
        self._names[name].set()

    def let_all_go(self) -> None:
        """At the end."""
        for name in self._names:
            self.let_go(name)

    def wait(self, request: bytes) -> None:
        """Return as soon as a request may be answered."""
        for name, let_go in list(self._names.items()):
            if name.encode() in request:
                let_go.wait(HELD_SECONDS)


@dataclass(frozen=True)
class HeldModels:
    """The writer, who writes a held episode's first part and no other, and the painter."""

    writer: Held = field(default_factory=Held)
    painter: Held = field(default_factory=Held)


def picture() -> str:
    """A small picture, as a model would send it."""
    surface = skia.Surface(64, 64)
    surface.getCanvas().clear(skia.ColorBLUE)
    return base64.b64encode(bytes(surface.makeImageSnapshot().encodeToData())).decode()


class Quiet(BaseHTTPRequestHandler):
    """Reads a request whole, and answers it whole."""

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def reply(self, status: int, body: bytes, media_type: str = "application/json") -> None:
        with suppress(ConnectionError):  # whoever asked may not be there any more
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def gate_before(aims: str, held: Held) -> type[Quiet]:
    """A proxy before AIMS that holds the requests for an episode's later parts."""

    class Gate(Quiet):
        def pass_on(self) -> None:
            body = self.read_body()
            if is_later_part(self.path, body):
                held.wait(body)
            names = ("Authorization", "Content-Type")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            answer = httpx.request(
                self.command, aims + self.path, content=body, headers=headers, timeout=60
            )
            self.reply(answer.status_code, answer.content, answer.headers["Content-Type"])

        do_GET = do_POST = pass_on  # noqa: N815

    return Gate


def is_later_part(path: str, body: bytes) -> bool:
    """Whether a part is asked for that is not an episode's first."""
    if path != "/v1/generate":
        return False
    asked = json.loads(body)
    return bool(asked["task"] == PART and asked["parameters"]["position"])


def painter_with(held: Held) -> type[Quiet]:
    """Vertex AI's ``:generateContent``, which paints the same picture every time."""

    class Painter(Quiet):
        def do_POST(self) -> None:
            held.wait(self.read_body())
            part = {"inlineData": {"mimeType": "image/png", "data": picture()}}
            answer = {"candidates": [{"content": {"role": "model", "parts": [part]}}]}
            self.reply(200, json.dumps(answer).encode())

    return Painter


@contextmanager
def serving(handler: type[Quiet]) -> Iterator[str]:
    """A server on a free port; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def worker_with(stack: Stack, name: str, **settings: str) -> Iterator[None]:
    """One of the stack's workers with other settings, and more threads."""
    places = Places(stack.root)
    supervisor = Supervisor(places)
    command, environment = how_started(places, name)
    command[command.index("-c") + 1] = "4"
    own = psutil.Process(supervisor.processes()[name].pid)
    log = (places.logs / f"slow-{name}.log").open("ab")
    supervisor.stop(name)
    try:
        own.wait(30)
        slow = subprocess.Popen(
            command, cwd=stack.root, env=environment | settings, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            stop(slow)
    finally:
        supervisor.start(name)


def how_started(places: Places, name: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a process, as the stack's supervisor has them."""
    read = RawConfigParser()
    read.read(places.configuration)
    program = {key: value.replace("%%", "%") for key, value in read[f"program:{name}"].items()}
    environment = clean_environment() | dict_of_key_value_pairs(program["environment"])
    return shlex.split(program["command"]), environment | {"PATH": program_path()}


@contextmanager
def slow_models(stack: Stack) -> Iterator[HeldModels]:
    """Writer and painter can be held until the block ends, which lets all go."""
    models = HeldModels()
    with ExitStack() as opened:
        gate = opened.enter_context(serving(gate_before(stack.url(8030), models.writer)))
        vertex = opened.enter_context(serving(painter_with(models.painter)))
        opened.enter_context(worker_with(stack, "worker-pswa", AETHERCAST_AIMS_URL=gate))
        painter = {
            "AETHERCAST_IMAGE_BACKEND": "vertex",
            "AETHERCAST_IMAGE_TIMEOUT_SECONDS": str(HELD_SECONDS),
            "AETHERCAST_VERTEX_URL": vertex,
            "AETHERCAST_VERTEX_PROJECT": "ours",
            "AETHERCAST_VERTEX_ACCESS_TOKEN": "token",
        }
        opened.enter_context(worker_with(stack, "worker-iga", **painter))
        for held in (models.writer, models.painter):
            opened.callback(held.let_all_go)
        yield models
