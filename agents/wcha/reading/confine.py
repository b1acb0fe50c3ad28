"""What a process gives up before it reads a stranger's document."""

import contextlib
import math
import os
import resource
import signal
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter
from pathlib import Path

_SIGNALS = (
    signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM,
    signal.SIGCHLD,
)  # fmt: skip


def leave_parent(keep: int) -> None:
    """Part with all that a fork took over, but for the file descriptor ``keep``.

    The parent's connections, its signal handlers, its terminal: whoever waits for the parent's
    sockets to close must not wait for us.
    """
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    keep_only(keep)


def keep_only(keep: int) -> None:
    """Close every file but the three standard ones and the descriptor ``keep``.

    What a library opens by itself behind a fork is among them.
    """
    os.closerange(3, keep)
    os.closerange(keep + 1, max(os.sysconf("SC_OPEN_MAX"), 1 << 16))


def limit(seconds: float, memory: int) -> None:
    """Bound time on the processor and on the wall, and ``memory`` bytes beyond what is in use."""
    whole = math.ceil(seconds) + 1
    _set(resource.RLIMIT_CPU, whole)
    signal.setitimer(signal.ITIMER_REAL, 1.2 * seconds + 0.5)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        _set(resource.RLIMIT_AS, pages * resource.getpagesize() + memory)


def shut() -> None:
    """From here on nothing can be opened: no file, no socket, no further process.

    Nor is a module looked for: what a parser would have and does without (feedparser asks for
    "drv_libxml2" each time) is missing, where a search would fail to list a directory that was
    changed since the reader began.
    """
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]
    _set(resource.RLIMIT_NOFILE, 0)
    _set(resource.RLIMIT_NPROC, 0)


def _set(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    # Not every system knows every limit; those it knows hold.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))
