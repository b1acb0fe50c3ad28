"""Talks to the running supervisor over its socket."""

import os
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]

from scripts.local.places import Places
from scripts.local.plan import program_path
from scripts.local.translation import MARKER

HANDED_DOWN_BY_MAKE = {
    "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKE_TERMOUT", "MAKE_TERMERR", "PYTHON",
    "TOPIC", "SOURCES", "MINUTES", "OUT", "SERVICE", "TAIL", "PYTHONDONTWRITEBYTECODE",
}  # fmt: skip


CODE = Path(__file__).resolve().parents[2]


class SupervisorDied(RuntimeError):
    """The supervisor ended as soon as it was started."""


@dataclass(frozen=True)
class Process:
    """What the supervisor knows of one process. ``started`` is a time since the epoch."""

    name: str
    state: str
    pid: int
    exit_code: int
    started: int
    why: str

    @property
    def lives(self) -> bool:
        """Whether it is there, be it since a moment."""
        return self.state in ("STARTING", "RUNNING")

    @property
    def done(self) -> bool:
        """Whether it came to its end with success."""
        return self.state == "EXITED" and self.exit_code == 0

    @property
    def failed(self) -> bool:
        """Whether it will not be started again by itself and did not succeed."""
        return self.state == "FATAL" or (self.state == "EXITED" and self.exit_code != 0)


class Supervisor:
    """The supervisor of one checkout."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._places.socket}")
        with xmlrpc.client.ServerProxy("http://localhost", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    @property
    def pid(self) -> int | None:
        """Its process id; None where it does not run."""
        try:
            return int(self._call("getPID"))
        except (OSError, xmlrpc.client.Error):
            return None

    def start_daemon(self) -> None:
        """Start it in a session of its own and return once it answers.

        Raises:
            SupervisorDied: it ended; the message has its last words.
        """
        environ = {k: v for k, v in os.environ.items() if k not in HANDED_DOWN_BY_MAKE}
        environ |= {"PATH": program_path(), "PYTHONUNBUFFERED": "1"}
        environ[MARKER] = str(self._places.root)
        command = [sys.executable, "-m", "scripts.local.supervise"]
        command.append(str(self._places.configuration))
        words = self._places.logs / "supervisord.out"
        with words.open("wb") as out:
            daemon = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env=environ,
                cwd=CODE,
            )
        while self.pid is None:
            if daemon.poll() is not None:
                raise SupervisorDied(words.read_text(errors="replace").strip())
            time.sleep(0.03)

    def processes(self) -> dict[str, Process]:
        """All processes by name."""
        return {one["name"]: _process(one) for one in self._call("getAllProcessInfo")}

    def start(self, name: str) -> None:
        """Start a process unless it runs; returns at once."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise

    def stop(self, name: str) -> None:
        """Ask a process to end; returns at once."""
        try:
            self._call("stopProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if "NOT_RUNNING" not in fault.faultString:
                raise

    def shut_down(self) -> None:
        """Ask the supervisor itself to end."""
        self._call("shutdown")


def _process(info: dict[str, Any]) -> Process:
    return Process(
        name=info["name"],
        state=info["statename"],
        pid=info["pid"],
        exit_code=info["exitstatus"],
        started=info["start"],
        why=info["spawnerr"],
    )
