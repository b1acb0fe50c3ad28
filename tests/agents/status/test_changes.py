"""Whoever waits is woken by what is told, and when something may have been missed."""

import asyncio
import uuid

import psycopg
import pytest

from agents.status.changes import Changes

Connection = psycopg.Connection[tuple[object, ...]]


async def woken(changed: asyncio.Event) -> None:
    await asyncio.wait_for(changed.wait(), 20)
    changed.clear()


async def watch_through(url: str, connection: Connection) -> None:
    changes = Changes(url)
    mine, another = uuid.uuid4(), uuid.uuid4()
    listening = asyncio.create_task(changes.listen())
    with changes.watch(mine) as changed, changes.watch(another) as other:
        await woken(changed)  # the listening has begun
        await woken(other)
        connection.execute("SELECT pg_notify('agent_task', %s)", (str(mine),))
        await woken(changed)
        assert not other.is_set()
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'LISTEN agent_task' AND datname = current_database()"
        )
        await woken(changed)
        await woken(other)
        connection.execute("SELECT pg_notify('agent_task', %s)", (str(another),))
        await woken(other)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert not changes._watchers


def test_waiters_are_woken_and_forgotten(database_url: str, connection: Connection) -> None:
    asyncio.run(watch_through(database_url, connection))
