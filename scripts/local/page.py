"""Build the page: ``python -m scripts.local.page [--dev] [--again]``.

npm and node come from a wheel among the locked packages. What is built goes to ``api/web/dist``,
whole or not at all, and is left alone while nothing that it is made of changes. Where npm's
registry is out of reach Aethercast runs all the same: pages can be read, and finished episodes
heard with the browser's own controls; for ten minutes it is not asked again, unless with
``--again``. ``--dev`` adds what checks and tests need.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
WEB = CHECKOUT / "api" / "web"
DIST = WEB / "dist"
PACKAGES = WEB / "node_modules"
BUILT, INSTALLED, FAILED = ".complete", ".aethercast", ".failed"
LOCKS = ("package.json", "package-lock.json", ".npmrc")
SETTINGS = ("vite.config.js", "tsconfig.json")
NPM = ["--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1",
       "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000", "--loglevel=error"]  # fmt: skip
SECONDS = 300
PATIENCE = 600
LOUD = (
    "THE PAGE'S PLAYER COULD NOT BE BUILT. Everything else works: episodes can be heard on their",
    "pages as soon as they are finished. `make setup` tries again; other commands in ten minutes.",
)
QUIET = "the page's player could not be built a moment ago; `make setup` tries again."


class PageFailed(Exception):
    """The page could not be built."""


def digest(names: Iterator[Path]) -> str:
    """What so many files say, and where they lie."""
    found = hashlib.sha256()
    for path in sorted(names):
        found.update(f"{path.relative_to(WEB)}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def packages_mark() -> str:
    """What the packages are installed from."""
    return digest(WEB / name for name in LOCKS)


def page_mark() -> str:
    """What the page is built from."""
    sources = (path for path in (WEB / "src").rglob("*") if path.is_file())
    return digest(iter([*sources, *(WEB / name for name in (*LOCKS, *SETTINGS))]))


def says(stamp: Path, *marks: str) -> bool:
    """Whether a stamp says one of these."""
    try:
        return stamp.read_text(encoding="ascii") in marks
    except OSError:
        return False


def is_built() -> bool:
    """Whether the page stands as its sources make it."""
    return says(DIST / BUILT, page_mark())


def is_installed(dev: bool) -> bool:
    """Whether the packages are those of the lock file. The dev set contains the other."""
    mark = packages_mark()
    return says(PACKAGES / INSTALLED, f"dev {mark}", *(() if dev else (f"run {mark}",)))


def install(dev: bool) -> None:
    """Bring the locked packages to ``node_modules``.

    Raises:
        PageFailed: they could not be downloaded.
    """
    run([program("npm"), "ci", *NPM, *([] if dev else ["--omit=dev"])])
    (PACKAGES / INSTALLED).write_text(f"{'dev' if dev else 'run'} {packages_mark()}")


def build() -> None:
    """Build beside what is served, then put it in its place.

    Raises:
        PageFailed: the sources do not build.
    """
    mark, fresh, old = page_mark(), WEB / "dist.new", WEB / "dist.old"
    vite = [program("node"), "node_modules/vite/bin/vite.js", "build"]
    run([*vite, "--outDir", fresh.name, "--emptyOutDir"])
    (fresh / BUILT).write_text(mark)
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    fresh.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


def program(name: str) -> str:
    """A program of the environment that runs this."""
    return str(Path(sys.executable).parent / name)


def run(command: list[str]) -> None:
    """Run a step; its words are shown where it fails.

    Raises:
        PageFailed: it failed, or took too long.
    """
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if "PIP_CERT" in env:
        env.setdefault("NODE_EXTRA_CA_CERTS", env["PIP_CERT"])
    with subprocess.Popen(
        command, cwd=WEB, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            said, complained = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as problem:
            raise PageFailed(str(problem)) from None
        finally:
            end_all(process)
    if process.returncode:
        words = (complained.strip() or said.strip()).splitlines()[:12]
        ended = f"{Path(command[0]).name} ended with {process.returncode}"
        raise PageFailed("\n".join([ended, *words]))


def end_all(process: "subprocess.Popen[str]") -> None:
    """End a step that still runs, with all it started: npm is a small program that starts node."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def alone() -> Iterator[None]:
    """One at a time in this checkout."""
    with (WEB / "package.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(dev: bool) -> None:
    """Install and build what is not as it should be.

    Raises:
        PageFailed: it could not be done.
    """
    if is_built() and (not dev or is_installed(dev)):
        return
    with alone():
        if not is_installed(dev):
            install(dev)
        if not is_built():
            build()


def failed_lately(dev: bool) -> bool:
    """Whether the same was tried in vain a moment ago: a registry that does not answer costs
    most of a minute each time."""
    note = WEB / FAILED
    try:
        age = time.time() - note.stat().st_mtime
        return 0 <= age < PATIENCE and says(note, attempt(dev))
    except OSError:
        return False


def attempt(dev: bool) -> str:
    """What is tried: these sources, with these packages."""
    return f"{'dev' if dev else 'run'} {page_mark()}"


def tell_failure(dev: bool, failure: Exception) -> None:
    """Say it loudly, and note it: the next command need not find out anew."""
    for line in (*LOUD, *(f"  {line}" for line in str(failure).splitlines())):
        print(f"aethercast: {line}", file=sys.stderr, flush=True)
    with suppress(OSError):
        (WEB / FAILED).write_text(attempt(dev), encoding="ascii")


def main(arguments: list[str]) -> int:
    """0 in any case: Aethercast runs without its player, and says so."""
    if not WEB.exists():
        return 0
    dev = "--dev" in arguments
    try:
        if "--again" in arguments or not failed_lately(dev):
            prepare(dev)
            (WEB / FAILED).unlink(missing_ok=True)
        else:
            print(f"aethercast: {QUIET}", file=sys.stderr, flush=True)
    except (PageFailed, OSError) as failure:
        tell_failure(dev, failure)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
