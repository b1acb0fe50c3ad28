"""The operating system's view of a stack: which processes it has, what they hold, how they end."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from scripts.local.places import Places
from scripts.local.translation import MARKER

MIB = 2**20


def descendants(pid: int | None) -> list[psutil.Process]:
    """A process and everything below it; nothing where it is gone."""
    if pid is None:
        return []
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def belonging(places: Places) -> list[psutil.Process]:
    """Every process that a stack of this checkout left, however it got away.

    A process is known by the mark in its environment, or, where it wrote its title over
    that, by the servers' folder it works in. Who asks, and who asked for that, are left out.
    """
    spared = {os.getpid(), *(one.pid for one in psutil.Process().parents())}
    return [one for one in psutil.process_iter() if one.pid not in spared and _ours(one, places)]


def _ours(process: psutil.Process, places: Places) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if process.environ().get(MARKER) == str(places.root):
            return True
    with contextlib.suppress(psutil.Error, OSError):
        # A person's shell may stand in the servers' folders, and is none of ours.
        server = process.name().startswith(("postgres", "redis"))
        return server and Path(process.cwd()).parent == places.servers.resolve()
    return False


def end(processes: Iterable[psutil.Process], grace: float = 5.0) -> list[psutil.Process]:
    """End these processes, by force after ``grace`` seconds; those that needed it."""
    alive = [one for one in processes if one.is_running()]
    for one in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.terminate()
    _, stubborn = psutil.wait_procs(alive, grace)
    for one in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(stubborn, grace)
    return stubborn


def memory(processes: Iterable[psutil.Process]) -> int:
    """Proportional set size in bytes: shared pages are counted once over all of them."""
    return sum(_pss(one.pid) for one in processes)


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in _lines(pid):
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _lines(pid: int) -> Iterator[str]:
    with Path(f"/proc/{pid}/smaps_rollup").open() as file:
        yield from file
