"""The two ways to start a reader."""

import os
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from agents.wcha.settings import HarvestSettings

Launch: TypeAlias = Callable[[HarvestSettings], "tuple[int, Connection[bytes, bytes]]"]
"""Starts a reader; its process id, and our end of the pipe to it."""
_ROOT = Path(__file__).parents[3]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_TOLD = {name for name in HarvestSettings.model_fields if name.startswith("source_")}
"""What a reader has to know. Others can read its command line: a feed's address may be a secret."""
_PIPE = 3


def fork(settings: HarvestSettings) -> "tuple[int, Connection[bytes, bytes]]":
    """A reader that has what we have loaded. Not from a process with threads."""
    from agents.wcha.reading.child import serve

    ours, theirs = Pipe()
    try:
        pid = os.fork()
    except BaseException:
        ours.close()
        theirs.close()
        raise
    if pid == 0:
        serve(theirs, settings)
    theirs.close()
    return pid, ours


def spawn(settings: HarvestSettings) -> "tuple[int, Connection[bytes, bytes]]":
    """A reader that begins anew: it shares no lock, no connection and no secret with us.

    It loads the parsers for about a second; what is sent meanwhile waits in the pipe.
    """
    ours, theirs = Pipe()
    try:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "agents.wcha.reading", settings.model_dump_json(include=_TOLD)],
            _environment(),
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs.fileno(), _PIPE)],
            setpgroup=0,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return pid, ours


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT)}
