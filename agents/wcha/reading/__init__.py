"""Reading documents in a process that may die without harm.

A parser meets files that somebody made to break it. So the harvest forks a *reader* while it is
still single-threaded, and a worker with threads spawns one; the reader forks a child for each
document, and that child gives up memory, time, files and the network before it looks inside.
"""

from agents.wcha.reading.launching import fork, spawn
from agents.wcha.reading.reader import Reader

__all__ = ["Reader", "fork", "spawn"]
