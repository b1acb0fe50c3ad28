"""A ground to stand on; a model service behind a relay; an episode that was asked for."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents.aims.text.request import Heading, Source
from agents.pswa.ground import Ground
from agents.settings import AgentSettings
from tests.agents.aims.text.conftest import vendor as vendor
from tests.agents.aims.text.material import document
from tests.agents.model_service import TOKEN
from tests.agents.relay import Relay
from tests.agents.relay import relay as relay

Connection = psycopg.Connection[Any]

TEXT = (
    "The mill at Corran was built in 1740 by Thomas Averell. It is not made of oak. "
    "The wheel currently turns for nearly nine hours a day, and the roof is in part of slate. "
    "Thus no flood ever reached it. The council restored its grant, in part.\n\n"
    "The fire\n"
    "All 75 people in the village were killed because the gates were shut. "
    "It was the worst night in its history. "
    "He said that the gate was shut because the key was lost. "
    "The baker did not leave because the bread was ready. "
    "The river, however, kept flowing [12]. They rebuilt the mill for $1.5 billion, "
    "but it never worked again."
)


@pytest.fixture
def ground() -> Ground:
    """One source with one heading."""
    heading = Heading(level=2, text="The fire", start=TEXT.index("The fire\n"))
    source = Source(
        id="a", title="The mill at Corran", author="Ada Miller", text=TEXT, outline=[heading]
    )
    return Ground({"a": source}, "old mills")


@pytest.fixture
def settings(database_url: str, tmp_path: Path, relay: Relay) -> AgentSettings:
    """A worker's settings: the model service stands behind the relay."""
    return AgentSettings(
        database_url=database_url,
        service_token=TOKEN,  # type: ignore[arg-type]
        media_url=(tmp_path / "media").as_uri(),
        aims_url=relay.url,
        lease_seconds=10.0,
    )


@dataclass
class Commission:
    """An episode asked for: its workflow, its sources, the message to the writer."""

    connection: Connection
    workflow_id: UUID
    script_id: UUID = field(default_factory=uuid.uuid4)
    source_ids: list[UUID] = field(default_factory=list)

    @property
    def user_id(self) -> UUID:
        return UUID(str(self.read("SELECT user_id FROM workflow_instances")[0]))

    def add(self, source: Source, user_id: UUID | None = None, body: str | None = "") -> UUID:
        source_id = uuid.uuid4()
        self.connection.execute(
            "INSERT INTO sources (source_id, user_id, kind, title, body, outline)"
            " VALUES (%s, %s, 'text', %s, %s, %s)",
            (source_id, user_id or self.user_id, source.title,
             source.text if body == "" else body,
             Jsonb([heading.model_dump() for heading in source.outline])),
        )  # fmt: skip
        self.source_ids.append(source_id)
        return source_id

    def message(self, key: str = "the key", minutes: float = 1, **more: Any) -> dict[str, Any]:
        return {
            "idempotency_key": key, "workflow_id": str(self.workflow_id),
            "script_id": str(self.script_id), "revision": 0, "topic": "",
            "source_ids": [str(source_id) for source_id in self.source_ids],
            "preferences": {"length_minutes": minutes, "cover": True}, **more,
        }  # fmt: skip

    def read(self, query: str) -> Any:
        row = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return row

    def parts(self) -> list[Any]:
        return self.connection.execute(
            "SELECT position, heading, lines, created_at FROM script_parts ORDER BY position"
        ).fetchall()


@pytest.fixture
def commission(connection: Connection, workflow_id: UUID) -> Commission:
    """An episode of one real article."""
    asked = Commission(connection, workflow_id)
    asked.add(document("harbour_news"))
    return asked
