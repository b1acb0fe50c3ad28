"""How a painter's worker takes its place on a machine that others share."""

import os
from contextlib import suppress
from pathlib import Path

from agents.warming import when_warming

NICENESS = 10
"""Nobody waits for a cover while an episode's first line is written and spoken: those go first."""
_AUTOGROUP = Path("/proc/self/autogroup")


@when_warming
def be_nice() -> None:
    """Take the processor when nobody else wants it.

    Where Linux shares out by session first (sched(7), "The autogroup feature"), a process's own
    niceness counts among the processes of its session only. The session's is set where this is its
    leader, so that nobody else is in it.
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # no Linux, or no autogroups
            _AUTOGROUP.write_text(str(NICENESS))
