"""Runs the supervisor: ``python -m scripts.local.supervise <configuration>``.

It becomes the parent of every orphan below it (Linux), so that `make down` finds each
process of the stack by descent, also one that left its group and its session.

A service that dies takes what it started with it, as a container would: otherwise the workers
of a killed scheduler would stay behind, idle, each time.
"""

import contextlib
import ctypes
import os
import signal
import sys

from supervisor import process, supervisord  # type: ignore[import-untyped]

PR_SET_CHILD_SUBREAPER = 36


class WholeProcess(process.Subprocess):  # type: ignore[misc]
    """A service with all that it started. The supervisor gives each a group of its own."""

    def finish(self, pid: int, sts: int) -> None:
        """The service has ended: so does the rest of its group."""
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        super().finish(pid, sts)


def adopt_orphans() -> None:
    """Ask the kernel to hand orphaned descendants to this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


if __name__ == "__main__":
    adopt_orphans()
    process.Subprocess = WholeProcess
    supervisord.main(["-c", sys.argv[1]])
