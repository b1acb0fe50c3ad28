"""Makes the checkout ready to run: a virtual environment, the locked packages, voices, the page.

Standard library only, because nothing else is there yet. Run by every make target; where
nothing changed since the last time it ends within a few hundredths of a second.

    python3 scripts/bootstrap.py [--dev] [--page-again | --no-page]

Environment: ``PYTHON`` names the interpreter to use; ``AETHERCAST_FREE_GIB`` replaces the
6 GiB asked of the disk. uv's and pip's own variables (index, certificates, time-outs) hold.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "aethercast.json"
UNFINISHED = VENV / "aethercast.unfinished"
SUPPORTED = ((3, 11), (3, 12))
FREE_GIB = 6.0
NO_VENV = "does not run, or has no venv module"

PROBE = (
    "import sys, venv, ensurepip;"
    "print(*sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"
)


class SetupFailed(Exception):
    """The checkout could not be made ready."""


def say(text: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"aethercast: {text}", file=sys.stderr, flush=True)


def wanted_locks(dev: bool) -> list[Path]:
    """The lock files to install."""
    names = ["requirements.txt"] + (["requirements-dev.txt"] if dev else [])
    return [ROOT / name for name in names]


def fingerprint(dev: bool) -> str:
    """What the environment was, or would be, made from. A moved checkout needs a new one."""
    digest = hashlib.sha256(str(VENV).encode())
    for lock in wanted_locks(dev):
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def is_ready(dev: bool) -> bool:
    """Whether the environment on disk was made from these very lock files."""
    if UNFINISHED.exists() or not VENV_PYTHON.exists():
        return False
    try:
        return bool(json.loads(STAMP.read_text())[kind(dev)] == fingerprint(dev))
    except (OSError, ValueError, KeyError):
        return False


def kind(dev: bool) -> str:
    """The name of a set of lock files in the stamp."""
    return "dev" if dev else "run"


def describe(interpreter: str) -> tuple[tuple[int, int], str] | None:
    """Version and real path of an interpreter; None where it cannot make environments."""
    try:
        answer = subprocess.run(
            [interpreter, "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
        major, minor, path = answer.stdout.decode().split(maxsplit=2)
        return (int(major), int(minor)), path.strip()
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def candidates() -> list[str]:
    """Interpreters to try, best first. ``PYTHON``, where set, is the only one."""
    if named := os.environ.get("PYTHON"):
        return [named]
    found = [getattr(sys, "_base_executable", None) or sys.executable]
    for name in ("python3.12", "python3.11", "python3", "python"):
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
            found += [str(Path(folder) / name)] if os.access(Path(folder) / name, os.X_OK) else []
    for pattern in ("3.12.*", "3.11.*"):
        found += map(str, (Path.home() / ".pyenv" / "versions").glob(f"{pattern}/bin/python"))
    return list(dict.fromkeys(found))


def find_python() -> str:
    """The first usable interpreter among the candidates.

    Raises:
        SetupFailed: none of them is Python 3.11 or 3.12 able to create environments.
    """
    seen = []
    for interpreter in candidates():
        answer = describe(interpreter)
        if answer and answer[0] in SUPPORTED:
            return answer[1]
        version = "Python {}.{}".format(*answer[0]) if answer else NO_VENV
        seen.append(f"    {interpreter}: {version}")
    raise SetupFailed(
        "Aethercast needs Python 3.11 or 3.12 with its venv module. Found:\n"
        + "\n".join(seen)
        + "\n  Install one (Debian: apt install python3 python3-venv), or name it:"
        " make up PYTHON=/path/to/python3.12"
    )


def check_disk() -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        SetupFailed: too little space is free.
    """
    wanted = float(os.environ.get("AETHERCAST_FREE_GIB", FREE_GIB))
    free = shutil.disk_usage(ROOT).free / 2**30
    if free < wanted:
        raise SetupFailed(
            f"The disk is too full: {ROOT} has {free:.1f} GiB free, and setting up takes up to"
            f" {wanted:.0f} GiB. Free some space and run the same command again."
        )


def tool_environment() -> dict[str, str]:
    """The environment for pip and uv: both get the certificates and time-outs meant for either."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if "PIP_CERT" in env:
        env.setdefault("SSL_CERT_FILE", env["PIP_CERT"])
    if "PIP_DEFAULT_TIMEOUT" in env:
        env.setdefault("UV_HTTP_TIMEOUT", env["PIP_DEFAULT_TIMEOUT"])
    return env


def uv_environment() -> dict[str, str]:
    """The environment for uv, with the index that pip is set up to use."""
    env = tool_environment()
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & env.keys() and (index := pip_index(env)):
        env["UV_DEFAULT_INDEX"] = index
    return env


def pip_index(env: dict[str, str]) -> str:
    """The index that pip's own configuration names, which uv does not read; else empty."""
    command = [str(VENV_PYTHON), "-m", "pip", "config", "list"]
    answer = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, check=False
    )
    found = dict(line.partition("=")[::2] for line in answer.stdout.decode().splitlines())
    for place in (":env:.index-url", "install.index-url", "global.index-url"):
        if place in found:
            return found[place].strip("'\"")
    return ""


def create_environment() -> None:
    """Make .venv anew; what an interrupted installation left in it is not trusted."""
    python = find_python()
    check_disk()
    say(f"creating .venv with {python}")
    run([python, "-m", "venv", "--clear", str(VENV)], dict(os.environ))
    UNFINISHED.touch()


def run(command: list[str], env: dict[str, str]) -> None:
    """Run a step with its output in view.

    Raises:
        SetupFailed: it failed; the message says what is likely.
    """
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if code:
        raise SetupFailed(explain(Path(command[0]).name, code))


def explain(step: str, code: int) -> str:
    """Why a step failed, as far as one can tell from outside."""
    if shutil.disk_usage(ROOT).free < 64 * 2**20:
        return "The disk is full. Free some space and run the same command again."
    return (
        f"A download or an installation failed ({step} ended with {code}; its own words are"
        " above). Run the same command again: it goes on where it stopped."
    )


def install(dev: bool) -> None:
    """Install the locked packages with uv, or with pip where uv cannot.

    Raises:
        SetupFailed: neither could.
    """
    env = tool_environment()
    locks = [word for lock in wanted_locks(dev) for word in ("-r", lock.name)]
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes"]
    try:
        if not (VENV / "bin" / "uv").exists():
            say("installing uv, the package installer")
            run([*pip, "--quiet", "-r", "scripts/first.txt"], env)
        say("installing the locked packages (about 300; a minute or two the first time)")
        uv = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(VENV_PYTHON)]
        with models_meanwhile(dev):
            run([*uv, "--require-hashes", "--compile-bytecode", *locks], uv_environment())
    except SetupFailed as failure:
        if "disk is full" in str(failure):
            raise
        say("uv could not install them; trying pip, which is slower")
        run([*pip, *locks], env)


def write_stamp(dev: bool) -> None:
    """Record what was installed. The dev set contains the other."""
    made = {"run": fingerprint(False)}
    if dev:
        made["dev"] = fingerprint(True)
    STAMP.write_text(json.dumps(made))
    UNFINISHED.unlink()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time work on this checkout."""
    with (ROOT / "scripts" / "bootstrap.py").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another make is setting this checkout up; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(dev: bool) -> None:
    """Bring .venv to what the lock files say."""
    if is_ready(dev):
        return
    began = time.monotonic()
    if UNFINISHED.exists() or not (describe(str(VENV_PYTHON)) and same_place()):
        create_environment()
    else:
        check_disk()
        UNFINISHED.touch()
    install(dev)
    write_stamp(dev)
    say(f"packages ready after {time.monotonic() - began:.0f} s")


def same_place() -> bool:
    """Whether .venv was made where it stands: its scripts name their folder."""
    pip = VENV / "bin" / "pip"
    return pip.exists() and str(VENV) in pip.read_text(errors="replace")


def models_command(dev: bool) -> list[str]:
    """What downloads the voices, and for the tests a recogniser, unless they are there."""
    command = [str(VENV_PYTHON), "-m", "scripts.local.models"]
    return [*command, "--with-recogniser"] if dev else command


def page_command(dev: bool, again: bool) -> list[str]:
    """What builds the page, with the packages' own node, unless it stands. It never fails: where
    npm's registry is out of reach, the player is what one has to do without; ``again``: though
    that was found a moment ago."""
    options = [*(["--dev"] if dev else []), *(["--again"] if again else [])]
    return [str(VENV_PYTHON), "-m", "scripts.local.page", *options]


@contextlib.contextmanager
def models_meanwhile(dev: bool) -> Iterator[None]:
    """Download the models beside the packages. What fails here is tried again after them."""
    process = subprocess.Popen(
        models_command(dev),
        cwd=ROOT,
        env=tool_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def main(arguments: list[str]) -> int:
    """Make the checkout ready; 0, or 1 with a message, or 130 when interrupted."""
    dev = "--dev" in arguments
    try:
        if not is_ready(dev):
            with alone():
                prepare(dev)
        run(models_command(dev), tool_environment())
        if "--no-page" not in arguments:
            run(page_command(dev, "--page-again" in arguments), tool_environment())
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("interrupted. Run the same command again: it goes on where it stopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
