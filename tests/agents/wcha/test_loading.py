"""Waiting for a source that is on its way."""

from concurrent.futures import Future
from typing import Any
from uuid import UUID

import psycopg

from agents.wcha.deadline import Deadline
from agents.wcha.loading import Loading
from agents.wcha.rows import SOURCES
from agents.wcha.settings import HarvestSettings
from streamer.media import MediaStore
from tests.agents.wcha.conftest import AddSource

Connection = psycopg.Connection[Any]


class Late(Future[bytes]):
    """Arrives just as the patience of whoever waits for it is over."""

    def arrive(self) -> None:
        if not self.done():
            self.set_result(b"here")

    def result(self, timeout: float | None = None) -> bytes:
        if not self.done():
            self.arrive()
            raise TimeoutError
        return super().result(timeout)


def test_what_arrives_at_the_last_moment_is_taken(
    connection: Connection, store: MediaStore, podcast_id: UUID, add_source: AddSource,
    limits: HarvestSettings,
) -> None:  # fmt: skip
    late, source_id = Late(), add_source(text="A text.")
    [row] = SOURCES.all(connection, podcast_id=podcast_id)
    with Loading(connection, store, [row], limits) as loading:
        loading._loads[source_id] = late
        assert loading.wait(row, Deadline(10), late.arrive) == b"here"
