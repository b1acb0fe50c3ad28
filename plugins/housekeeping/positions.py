"""Where a look at everything stopped when its time was over."""

from dataclasses import dataclass

from plugins.housekeeping.limits import Limits
from plugins.step.rows import Connection
from sql.statements import Command, Statement


@dataclass(frozen=True)
class _Position:
    position: str


_READ = Statement("housekeeping/position", _Position)
_KEEP = Command("housekeeping/keep_position")


def read(connection: Connection, step: str) -> str:
    """Where to go on; empty for the beginning."""
    found = _READ.one(connection, step=step)
    return found.position if found else ""


def keep(connection: Connection, limits: Limits, step: str, position: str) -> None:
    """Remember it for the next run; a dry run leaves no trace."""
    if not limits.dry_run:
        _KEEP.run(connection, step=step, position=position)
