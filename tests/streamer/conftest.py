"""A workflow with an empty stream, and a media folder."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from streamer.media.local import LocalStore
from streamer.record import StreamWriter


@dataclass(frozen=True)
class Studio:
    """Everything a writer needs, for one stream."""

    url: str
    pool: ConnectionPool
    store: LocalStore
    stream_id: uuid.UUID
    workflow_id: uuid.UUID
    user_id: uuid.UUID
    media: Path

    def open(self, owner: str = "first") -> StreamWriter:
        return StreamWriter.open(self.pool, self.store, self.stream_id, owner)

    @property
    def media_url(self) -> str:
        return self.media.as_uri()

    def look(self, query: str, **values: object) -> list[tuple[object, ...]]:
        with self.pool.connection() as connection:
            return connection.execute(
                query.encode(), {"stream": self.stream_id, **values}
            ).fetchall()


def add_stream(url: str) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A user, a workflow and a stream, as the facade creates them: stream, workflow, user."""
    with psycopg.connect(url, autocommit=True) as connection:
        user, workflow, stream = (uuid.uuid4() for _ in range(3))
        connection.execute("INSERT INTO users VALUES (%s, %s)", (user, str(user)))
        connection.execute(
            "INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,"
            " dag_run_id) VALUES (%s, %s, 'podcast_request', 'podcast', %s)",
            (workflow, user, str(workflow)),
        )
        connection.execute(
            "INSERT INTO streams (stream_id, workflow_id) VALUES (%s, %s)", (stream, workflow)
        )
    return stream, workflow, user


@contextmanager
def open_studio(url: str, folder: Path) -> Iterator[Studio]:
    """A stream in the database at ``url``, its media in ``folder``."""
    stream, workflow, user = add_stream(url)
    with ConnectionPool(url, min_size=1, max_size=4, open=True) as pool:
        yield Studio(url, pool, LocalStore(folder), stream, workflow, user, folder)


@pytest.fixture
def studio(database_url: str, tmp_path: Path) -> Iterator[Studio]:
    with open_studio(database_url, tmp_path / "media") as opened:
        yield opened
