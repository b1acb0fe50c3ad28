"""One refresh of the pool at a time, whoever began it. The facade claims in api/snippets/orders."""

from dataclasses import dataclass
from uuid import UUID

from plugins.step.rows import Connection
from sql.statements import Command, Statement

POOL = "pool"
"""The scope of what everybody sees."""


@dataclass(frozen=True)
class Claimed:
    """Whose a scope is."""

    workflow_id: UUID


OPEN_SCOPE = Command("refreshes/open_scope")
HOLD_SCOPE = Statement("refreshes/hold_scope", Claimed)
TAKE_OVER = Statement("refreshes/take_over", Claimed)
REST = Command("refreshes/rest")


def take_over(connection: Connection, scope: str, workflow_id: UUID) -> bool:
    """Claim a scope for a workflow that is at work already; again, where it has it.

    False where another one is at work in it.
    """
    with connection.transaction():
        _hold(connection, scope, workflow_id)
        return TAKE_OVER.one(connection, scope=scope, workflow_id=workflow_id) is not None


def _hold(connection: Connection, scope: str, workflow_id: UUID) -> None:
    """Until there is a row to hold: the housekeeping may forget an old one in between."""
    held = None
    while held is None:
        OPEN_SCOPE.run(connection, scope=scope, workflow_id=workflow_id)
        held = HOLD_SCOPE.one(connection, scope=scope)
