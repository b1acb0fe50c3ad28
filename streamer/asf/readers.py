"""Threads that read the store. A read that hangs is left behind, and holds up nobody else."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from streamer.errors import MediaUnavailable

AT_ONCE = 16
MOST_LEFT_BEHIND = 256
"""Reads that were given up and hang on; with so many the store is away."""


class Readers:
    """Reads so many at once that somebody waits for.

    Its threads are daemons: one that hangs in a file system whose server is gone cannot be ended,
    and must not keep the process from ending.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._places = asyncio.Semaphore(AT_ONCE)
        self._under_way = 0

    async def read(self, uri: str, seconds: float) -> bytes:
        """What is stored at ``uri``.

        Raises:
            TimeoutError: it was not there after so many seconds, waiting for a place included.
            MediaUnavailable: too many reads hang already.
            StreamerError, OSError: as the store says.
        """
        async with asyncio.timeout(seconds), self._places:
            if self._under_way >= MOST_LEFT_BEHIND:
                raise MediaUnavailable
            return await self._begin(uri)

    async def _begin(self, uri: str) -> bytes:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()

        def work() -> None:
            found: bytes | Exception
            try:
                found = self._read(uri)
            except Exception as problem:
                found = problem
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(self._settle, answer, found)

        threading.Thread(target=work, name="shelf", daemon=True).start()
        self._under_way += 1
        return await answer

    def _settle(self, answer: "asyncio.Future[bytes]", found: bytes | Exception) -> None:
        self._under_way -= 1
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)
