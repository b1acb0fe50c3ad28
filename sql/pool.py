"""Connection pools, one per process."""

from psycopg_pool import AsyncConnectionPool, ConnectionPool

from sql.settings import DatabaseSettings


def open_pool(settings: DatabaseSettings | None = None) -> ConnectionPool:
    """Open a pool for synchronous code. The caller closes it."""
    chosen = settings or DatabaseSettings()
    return ConnectionPool(
        chosen.database_url,
        min_size=1,
        max_size=chosen.database_pool_size,
        open=True,
        # A connection that a restart of PostgreSQL left dead is replaced, not handed out.
        check=ConnectionPool.check_connection,
    )


async def open_async_pool(
    settings: DatabaseSettings | None = None, wait_seconds: float = 30.0
) -> AsyncConnectionPool:
    """Open a pool for asyncio code. The caller closes it.

    Whoever gets no connection within ``wait_seconds`` gets psycopg_pool's PoolTimeout.
    """
    chosen = settings or DatabaseSettings()
    pool = AsyncConnectionPool(
        chosen.database_url,
        min_size=1,
        max_size=chosen.database_pool_size,
        open=False,
        timeout=wait_seconds,
        check=AsyncConnectionPool.check_connection,
    )
    await pool.open()
    return pool
