"""How many workflows are in which state, for /metrics."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool

from api.metrics import WORKFLOWS
from sql import Statement


@dataclass(frozen=True)
class Count:
    """Workflows of one status."""

    status: str
    workflows: int


COUNT = Statement("runs/count_by_status", Count)


async def count_workflows(pool: AsyncConnectionPool) -> None:
    """Bring the gauge up to date."""
    async with pool.connection() as connection:
        counts = await COUNT.aall(connection)
    WORKFLOWS.clear()
    for each in counts:
        WORKFLOWS.labels(each.status).set(each.workflows)
