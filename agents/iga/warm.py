"""How a painter's worker takes its place on a machine that others share."""

import os

from agents.warming import when_warming

NICENESS = 10
"""Nobody waits for a cover while an episode's first line is written and spoken: those go first."""


@when_warming
def be_nice() -> None:
    """Take the processor when nobody else wants it."""
    os.nice(NICENESS)
