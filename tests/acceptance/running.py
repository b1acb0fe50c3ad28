"""A copy of the checkout with a stack of its own."""

import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.local.compose import read_environment
from scripts.local.interpolation import defaults
from scripts.local.ports import in_use
from tests.conftest import SCHEDULER_NAP, clean_environment

QUIET = {
    "AETHERCAST_SNIPPETS_SCHEDULE": "",
    "AETHERCAST_REFRESH_ON_VISIT": "false",
    "AETHERCAST_REFRESH_REST_SECONDS": "0",
}
"""Cards are made once after the start, and then when a test orders them: no refresh of the stack's
own takes the processor from what is tested."""
SPARING = {
    "AETHERCAST_SPEECH_THREADS": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": SCHEDULER_NAP,
}
"""For a stack whose speed nobody measures: one thread makes the same samples for a tenth less of
the processor, and a scheduler that looks less often leaves more of it."""


@dataclass
class Stack:
    """A running stack: where its parts listen, and its owner's token. ``more``: settings."""

    root: Path
    offset: int
    more: Mapping[str, str] = field(default_factory=dict)

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
        environment = clean_environment() | QUIET | dict(self.more)
        environment["AETHERCAST_PORT_OFFSET"] = str(self.offset)
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
