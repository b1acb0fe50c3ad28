"""The look at the pool while the database answers nothing at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from api.sessions.sessions import Asker
from api.snippets.desk import LookDesk

WAIT = 0.5
SOON = 6.0
"""Many times the wait, and less than any of the other ways in which it would end."""


class Way:
    """Leads to the server; while it is shut, whatever goes in stays in, and no connection ends."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.open = asyncio.Event()
        self.open.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.open.wait()
        back, forth = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pass(reader, forth), self._pass(back, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while taken := await reader.read(65536):
                await self.open.wait()
                writer.write(taken)
                await writer.drain()
        except ConnectionError:
            pass  # one of the two is gone: so is the other
        finally:
            writer.close()


@asynccontextmanager
async def way_to(database_url: str) -> AsyncIterator[tuple[Way, str]]:
    port = urlsplit(database_url).port
    assert port is not None
    way = Way(port)
    async with await asyncio.start_server(way.serve, "127.0.0.1", 0) as server:
        through = server.sockets[0].getsockname()[1]
        try:
            yield way, database_url.replace(f":{port}", f":{through}")
        finally:
            way.open.set()


async def refused(desk: LookDesk, delay: float) -> None:
    await asyncio.sleep(delay)
    with pytest.raises(psycopg.OperationalError):
        async with asyncio.timeout(SOON):
            await desk.look(Asker(uuid4(), None, 7))


def test_a_database_that_hangs_holds_nobody_for_long(database_url: str) -> None:
    async def run() -> None:
        async with way_to(database_url) as (way, url), LookDesk(url, WAIT).open() as desk:
            asker = Asker(uuid4(), None, 7)
            assert (await desk.look(asker)).version == 0
            way.open.clear()
            await asyncio.gather(*(refused(desk, delay) for delay in (0, 0.2, 1.1)))
            await refused(desk, 0)  # nor where there is no connection any more
            way.open.set()
            async with asyncio.timeout(SOON):
                while True:
                    try:
                        assert (await desk.look(asker)).version == 0
                        break
                    except psycopg.OperationalError:
                        await asyncio.sleep(0.1)

    asyncio.run(run())


def test_it_closes_while_the_database_hangs(database_url: str) -> None:
    async def run() -> None:
        async with way_to(database_url) as (way, url):
            async with asyncio.timeout(SOON):
                async with LookDesk(url, 60.0).open() as desk:
                    asker = Asker(uuid4(), None, 7)
                    assert (await desk.look(asker)).version == 0
                    way.open.clear()
                    waiting = asyncio.create_task(desk.look(asker))
                    await asyncio.sleep(0.1)
                with pytest.raises(psycopg.OperationalError):
                    await waiting

    asyncio.run(run())
