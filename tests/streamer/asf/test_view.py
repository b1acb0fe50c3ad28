"""One view of a stream is shared by all who listen to it, and so are its looks at the record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from streamer.asf.view import StreamView
from streamer.asf.vigil import Patience
from streamer.segments import STATE
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble

LOOK_SECONDS = 0.5


@asynccontextmanager
async def new_view(studio: Studio) -> AsyncIterator[tuple[StreamView, AsyncConnectionPool]]:
    """A view that has not looked yet, and where it looks."""
    async with AsyncConnectionPool(studio.url, min_size=2, max_size=4, open=False) as pool:
        async with pool.connection() as connection:
            state = await STATE.aone(connection, stream_id=studio.stream_id)
        assert state is not None
        yield StreamView(state, Patience(60, 60), LOOK_SECONDS), pool


def locked(studio: Studio, table: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection that nobody can read this table behind, until it is closed."""
    connection = psycopg.connect(studio.url)
    connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
    return connection


def test_what_was_seen_is_told_even_if_nobody_can_say_whether_more_will_come(
    studio: Studio,
) -> None:
    """Who waits for a change would not hear of these bytes before the next one."""
    studio.open().append("0.0", babble(0.5), 0.2)

    async def look() -> None:
        async with new_view(studio) as (view, pool):
            change = view.change
            with locked(studio, "idempotency_keys"), pytest.raises(TimeoutError):
                await view.refresh(pool)
            assert view.length == studio.open().length
            assert change.is_set()

    asyncio.run(look())


def test_a_look_that_fails_fails_for_all_who_asked_before_it_began(studio: Studio) -> None:
    """Each on their own would wait behind all others, for one look after another."""

    async def look() -> None:
        async with new_view(studio) as (view, pool):
            with locked(studio, "workflow_instances"):
                first = asyncio.create_task(view.refresh(pool))
                await asyncio.sleep(LOOK_SECONDS / 5)  # that one has begun
                others = [asyncio.create_task(view.refresh(pool)) for _ in range(7)]
                problems = await asyncio.gather(first, *others, return_exceptions=True)
            assert all(isinstance(problem, TimeoutError) for problem in problems)
            assert len({id(problem) for problem in problems}) == 2
            await view.refresh(pool)

    asyncio.run(look())


def test_who_asks_sees_what_was_recorded_before_and_who_leaves_costs_nobody_their_look(
    studio: Studio,
) -> None:
    async def look() -> None:
        async with new_view(studio) as (view, pool):
            with locked(studio, "workflow_instances"):
                running = [asyncio.create_task(view.refresh(pool)) for _ in range(3)]
                await asyncio.sleep(LOOK_SECONDS / 5)
                late = [asyncio.create_task(view.refresh(pool)) for _ in range(3)]
                await asyncio.sleep(0)
                running[0].cancel()
                late[0].cancel()
            await asyncio.gather(*running[1:], *late[1:])
            writer = studio.open()
            await view.refresh(pool)
            assert view.length == writer.length > 0

    asyncio.run(look())
