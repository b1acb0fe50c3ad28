"""A worker that shares the model service's media store, and scripts to speak."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents.process import Process
from agents.settings import AgentSettings
from sql.pool import open_pool
from streamer.media import open_store
from tests.agents.model_service import TOKEN, Aims

Connection = psycopg.Connection[Any]


@pytest.fixture
def media_url(aims_environment: dict[str, str]) -> str:
    """The store of the model service: who records a line finds its sound there."""
    return aims_environment["AETHERCAST_MEDIA_URL"]


@pytest.fixture
def settings(database_url: str, media_url: str, aims: Aims) -> AgentSettings:
    return AgentSettings(
        database_url=database_url,
        service_token=TOKEN,  # type: ignore[arg-type]
        media_url=media_url,
        aims_url=aims.url,
        lease_seconds=3.0,
    )


@pytest.fixture
def process(settings: AgentSettings) -> Iterator[Process]:
    pool = open_pool(settings)
    yield Process(settings, pool, open_store(settings.media_url))
    pool.close()


LINES = [
    [("host_a", "Four words are enough."), ("host_b", "Why is that?"),
     ("host_a", "Because a test should end before the coffee is cold.")],
    [("host_b", "And then?"), ("host_a", "Then comes the second part, as it should.")],
]  # fmt: skip
LINE_IDS = ["0.0", "0.1", "0.2", "1.0", "1.1"]


@dataclass
class Desk:
    """A script being written, and the stream it is spoken into."""

    connection: Connection
    workflow_id: UUID
    script_id: UUID = field(default_factory=uuid.uuid4)
    stream_id: UUID = field(default_factory=uuid.uuid4)

    def open(self) -> "Desk":
        self.connection.execute(
            "INSERT INTO streams (stream_id, workflow_id) VALUES (%s, %s)",
            (self.stream_id, self.workflow_id),
        )
        self.connection.execute(
            "INSERT INTO generated_scripts (script_id, workflow_id, topic_hash)"
            " VALUES (%s, %s, 'x')",
            (self.script_id, self.workflow_id),
        )
        return self

    def publish(self, position: int, lines: list[tuple[str, str]]) -> None:
        written = [
            {"line_id": f"{position}.{n}", "speaker": speaker, "kind": "connective",
             "text": text, "citations": []}
            for n, (speaker, text) in enumerate(lines)
        ]  # fmt: skip
        with self.connection.transaction():
            self.connection.execute(
                "INSERT INTO script_parts VALUES (%s, 0, %s, %s, %s)",
                (self.script_id, position, f"Part {position + 1}", Jsonb(written)),
            )
            self.connection.execute("SELECT pg_notify('script_part', %s)", (str(self.script_id),))

    def complete(self, parts: int) -> None:
        self.close("completed", part_count=parts, title="A short show")

    def close(self, status: str, **values: Any) -> None:
        names = "".join(f", {name} = %({name})s" for name in values)
        self.connection.execute(
            f"UPDATE generated_scripts SET status = %(status)s{names}"
            " WHERE script_id = %(script_id)s".encode(),
            {"status": status, "script_id": self.script_id, **values},
        )
        self.connection.execute("SELECT pg_notify('script_part', %s)", (str(self.script_id),))

    def write_all(self) -> None:
        for position, lines in enumerate(LINES):
            self.publish(position, lines)
        self.complete(len(LINES))

    def kwargs(self, key: str = "the voice's key", host_b: str = "heart") -> dict[str, Any]:
        """One fast voice for both hosts, where the voices are not what is tested."""
        return {
            "idempotency_key": key, "workflow_id": str(self.workflow_id),
            "script_id": str(self.script_id), "revision": 0, "stream_id": str(self.stream_id),
            "voice_params": {"host_b": host_b},
        }  # fmt: skip

    def stream(self) -> dict[str, Any]:
        names = "status, error, revision, bytes, frames, sha256, quality, released"
        row = self.connection.execute(
            f"SELECT {names} FROM streams WHERE stream_id = %s".encode(), (self.stream_id,)
        ).fetchone()
        assert row is not None
        return dict(zip(names.split(", "), row, strict=True))

    def recorded(self) -> list[str]:
        rows = self.connection.execute(
            "SELECT line_id FROM stream_segments JOIN streams USING (stream_id, revision)"
            " WHERE stream_id = %s AND line_id IS NOT NULL ORDER BY position",
            (self.stream_id,),
        ).fetchall()
        return [row[0] for row in rows]

    def ledger(self) -> dict[str, int]:
        rows = self.connection.execute(
            "SELECT outcome, count(*) FROM call_ledger WHERE kind = 'speech'"
            " AND workflow_id = %s GROUP BY 1",
            (self.workflow_id,),
        ).fetchall()
        return {str(outcome): int(count) for outcome, count in rows}


@pytest.fixture
def desk(connection: Connection, workflow_id: UUID) -> Desk:
    return Desk(connection, workflow_id).open()
