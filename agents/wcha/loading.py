"""Bringing the bytes of given sources here, several at a time."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from psycopg import Connection

from agents.wcha.deadline import Deadline
from agents.wcha.errors import MissingSource, TooLarge, TooSlow
from agents.wcha.rows import SourceRow
from agents.wcha.settings import HarvestSettings
from streamer.errors import MediaNotFound
from streamer.media import MediaStore

if TYPE_CHECKING:
    from agents.wcha.fetch import Fetcher

_PARALLEL = 4
_LOOK = 0.5
"""Seconds between two looks whether the source is still wanted."""


class Loading:
    """Loads sources in the background, in their order and a few ahead of who waits for them.

    Leaving the block stops what is left.
    """

    def __init__(
        self,
        connection: Connection[Any],
        store: MediaStore,
        rows: list[SourceRow],
        limits: HarvestSettings,
    ) -> None:
        self._store = store
        self._limits = limits
        self._threads = ThreadPoolExecutor(max_workers=_PARALLEL)
        self._fetcher = self._make_fetcher(connection) if any(row.url for row in rows) else None
        self._ahead = deque(rows)
        self._loads: dict[UUID, Future[bytes]] = {}
        for _ in range(_PARALLEL):
            self._load_next()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fetcher:
            self._fetcher.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def wait(self, row: SourceRow, deadline: Deadline, checkpoint: Callable[[], None]) -> bytes:
        """The bytes of a source, which are then let go of. Ask in the order of the rows.

        Raises:
            UnreadableSource: there are none, or too many, or they took too long.
        """
        load = self._loads.pop(row.source_id)
        self._load_next()
        while deadline.left > 0:
            if wait_for([load], timeout=min(_LOOK, deadline.left)).done:
                return load.result()
            checkpoint()
        raise TooSlow("There was no time left to fetch this source.")

    def _load_next(self) -> None:
        if self._ahead:
            row = self._ahead.popleft()
            self._loads[row.source_id] = self._threads.submit(self._load, row)

    def _make_fetcher(self, connection: Connection[Any]) -> "Fetcher":
        from agents.wcha.fetch import Fetcher
        from agents.wcha.manners import Manners

        return Fetcher(self._limits, manners=Manners(connection, self._limits))

    def _load(self, row: SourceRow) -> bytes:
        if row.body is not None:
            return row.body.encode("utf-8", "surrogatepass")
        if row.content_uri:
            return self._load_stored(row.content_uri)
        if row.url and self._fetcher:
            return self._fetcher.fetch(row.url).data
        raise MissingSource

    def _load_stored(self, uri: str) -> bytes:
        most = self._limits.source_max_bytes
        try:
            if self._store.size(uri) > most:
                raise TooLarge(f"This source is larger than {most // 1_000_000} MB.")
            return self._store.read(uri)
        except MediaNotFound:
            raise MissingSource from None
