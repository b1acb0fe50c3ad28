"""A card lets those go first who have just pressed "Listen" and hear nothing yet."""

import time
from dataclasses import dataclass
from uuid import UUID

from plugins.step.rows import Connection
from sql.statements import Statement

PRESSED = 4.0
"""Seconds from a press for which cards give way: by then the first line is heard, or something is
wrong that no waiting of ours mends."""
LONGEST = 3.0
"""Seconds that one step gives way, however many press: a page that fills slowly still fills."""
LOOK = 0.1
"""Seconds between two looks, each a few index pages."""


@dataclass(frozen=True)
class Awaited:
    """Whether somebody waits for a first line, and a refresh has something to show meanwhile."""

    awaited: bool


IS_AWAITED = Statement("refreshes/first_line_awaited", Awaited)


def give_way(connection: Connection, workflow_id: UUID) -> float:
    """Stand still while a podcast's first line is on its way; for how many seconds it did.

    A card's steps are short, but there are many, and what starts and ends each (Airflow's scheduler
    and API, the database) is what a podcast's first steps need as well. A refresh that has no card
    yet gives way to nobody: somebody may be waiting for that one.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < LONGEST:
        found = IS_AWAITED.one(connection, workflow_id=workflow_id, seconds=PRESSED)
        if found is None or not found.awaited:
            break
        time.sleep(LOOK)
    return waited
