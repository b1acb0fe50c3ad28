"""Runs the supervisor: ``python -m scripts.local.supervise <configuration>``.

It becomes the parent of every orphan below it (Linux), so that `make down` finds each
process of the stack by descent, also one that left its group and its session.
"""

import ctypes
import sys

from supervisor import supervisord  # type: ignore[import-untyped]

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Ask the kernel to hand orphaned descendants to this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


if __name__ == "__main__":
    adopt_orphans()
    supervisord.main(["-c", sys.argv[1]])
