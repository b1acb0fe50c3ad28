"""Where one checkout's stack keeps its things."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.local.account import reachable, server_account, system_folder

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 100  # the kernel's limit for a socket's path is 107


@dataclass(frozen=True)
class Places:
    """The files and folders of the stack that runs from ``root``."""

    root: Path = CHECKOUT

    @cached_property
    def name(self) -> str:
        """A short name of this checkout, the same at each start."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:10]

    @property
    def compose(self) -> Path:
        """The file that says which processes exist."""
        return self.root / "docker-compose.yaml"

    @property
    def state(self) -> Path:
        """Everything that is made at run time; git ignores it."""
        return self.root / ".aethercast"

    @property
    def settings(self) -> Path:
        """The settings file, with the secrets made at the first start."""
        return self.state / "env"

    @property
    def token(self) -> Path:
        """The bearer token of the person at this machine."""
        return self.state / "token"

    @property
    def logs(self) -> Path:
        """One rotated log for each process."""
        return self.state / "logs"

    @property
    def configuration(self) -> Path:
        """The supervisor's configuration, translated from the compose file."""
        return self.state / "supervisord.conf"

    @property
    def running(self) -> Path:
        """What the running stack was started with."""
        return self.state / "running.json"

    @property
    def stamps(self) -> Path:
        """What each one-shot service last completed on."""
        return self.state / "done.json"

    @property
    def socket(self) -> Path:
        """The supervisor's door, on a path short enough for the kernel."""
        inside = self.state / "supervisor.sock"
        if len(str(inside)) <= LONGEST_SOCKET:
            return inside
        return Path("/tmp") / f"aethercast-{os.geteuid()}-{self.name}.sock"  # noqa: S108

    @cached_property
    def servers(self) -> Path:
        """The data of PostgreSQL and Redis, where their account can reach it."""
        if server_account() is None or reachable(self.root):
            return self.state / "servers"
        return system_folder() / self.name

    def create(self) -> None:
        """Make the folders. Others may pass through them to the servers' data, no more."""
        self.state.mkdir(mode=0o711, exist_ok=True)
        self.state.chmod(0o711)
        for private in (self.logs, self.state / "media", self.state / "airflow"):
            private.mkdir(mode=0o700, exist_ok=True)
            private.chmod(0o700)
