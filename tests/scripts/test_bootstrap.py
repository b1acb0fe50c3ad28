"""Setting up: what a person reads when it cannot be done, tried in copies with real processes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import bootstrap
from tests.scripts.conftest import ROOT

NEEDED = (
    "Makefile", "requirements.txt", "requirements-dev.txt", "scripts/__init__.py",
    "scripts/bootstrap.py", "scripts/first.txt", "scripts/local/__init__.py",
    "scripts/local/models.py", "scripts/local/model_archives.py", "scripts/local/models.txt",
    "scripts/local/recogniser.txt",
)  # fmt: skip
NO_INDEX = "http://127.0.0.1:9/simple"
HELD_OVER = ("PIP_", "UV_")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout that nothing has been installed in."""
    root = tmp_path / "a checkout"
    for name in NEEDED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def make(root: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", *arguments],
        cwd=root,
        env=surroundings(root, **environment),
        capture_output=True,
        text=True,
        timeout=240,
    )


def surroundings(root: Path, **environment: str) -> dict[str, str]:
    """The environment without this machine's index, and with empty caches."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(HELD_OVER)}
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    kept |= {"HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
    kept |= {"PIP_INDEX_URL": NO_INDEX, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0"}
    return {**kept, **environment}


def interpreter(folder: Path, script: str) -> Path:
    """An executable that stands for a Python of another kind."""
    path = folder / "python-other"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_python_that_is_too_old_is_named(copy: Path) -> None:
    old = interpreter(copy.parent, "echo 3 9 /usr/bin/python3.9")
    done = make(copy, "setup", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Aethercast needs Python 3.11 or 3.12" in done.stderr
    assert f"{old}: Python 3.9" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (copy / ".venv").exists()


def test_a_shim_that_fails_is_passed_over(copy: Path, tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python"):
        broken = interpreter(shims, 'echo "pyenv: not found" >&2; exit 127')
        broken.rename(shims / name)
    real = str(Path(sys.executable).resolve().parent)
    path = os.pathsep.join([str(shims), real, "/usr/bin", "/bin"])
    done = subprocess.run(
        [sys.executable, "scripts/bootstrap.py"],
        cwd=copy,
        env=surroundings(copy, PATH=path, AETHERCAST_FREE_GIB="1e9"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "The disk is too full" in done.stderr  # a usable Python was found before that
    named = make(copy, "setup", f"PYTHON={shims / 'python3'}")
    assert "does not run, or has no venv module" in named.stderr


def test_a_disk_that_is_too_full_stops_it_before_anything_is_written(copy: Path) -> None:
    done = make(copy, "setup", AETHERCAST_FREE_GIB="1000000")
    assert done.returncode != 0
    assert "The disk is too full" in done.stderr
    assert "run the same command again" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_download_that_fails_says_so_and_leaves_a_mark_to_begin_cleanly(copy: Path) -> None:
    done = make(copy, "setup", AETHERCAST_FREE_GIB="0.1")
    assert done.returncode != 0
    assert "creating .venv" in done.stderr
    assert "A download or an installation failed" in done.stderr
    assert "goes on where it stopped" in done.stderr
    assert "Traceback" not in done.stderr
    assert (copy / ".venv" / "aethercast.unfinished").exists()


def listen_to_interruptions() -> None:
    """Undo what a shell does to the jobs that it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interruption_says_that_it_can_be_gone_on_with(copy: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "scripts/bootstrap.py"],
        cwd=copy,
        env=surroundings(copy, AETHERCAST_FREE_GIB="0.1"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=listen_to_interruptions,
    )
    for _ in range(600):
        if (copy / ".venv").exists():
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "it goes on where it stopped" in said


def test_what_is_ready_is_left_alone() -> None:
    if not bootstrap.is_ready(dev=False):
        pytest.skip("this environment was not made by scripts/bootstrap.py from these lock files")
    before = bootstrap.STAMP.stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, "scripts/bootstrap.py"],
        cwd=ROOT,
        env={**os.environ, "PIP_INDEX_URL": NO_INDEX, "UV_DEFAULT_INDEX": NO_INDEX},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    assert bootstrap.STAMP.stat().st_mtime_ns == before


def test_the_lock_files_pin_everything_by_hash_and_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "scripts/first.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in "".join(line for line in text.splitlines() if not line.startswith("#"))
        pinned = [line for line in text.splitlines() if "==" in line and line[:1].isalpha()]
        assert pinned
        assert all(line.endswith("\\") for line in pinned), "a package without a hash"
