"""A model service that writes, a door in front of it, and the message that asks for a card."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agents.process import Process
from agents.sca.task import craft_snippet
from agents.settings import AgentSettings
from agents.task import Ending
from tests.agents.model_service import TOKEN
from tests.agents.relay import Relay, relay
from tests.agents.shared_database import database_url, shared_database
from tests.agents.tda.seed import Seeded

__all__ = ["database_url", "relay", "shared_database"]

Connection = psycopg.Connection[Any]
Craft = Callable[..., Ending]


@pytest.fixture
def settings(database_url: str, tmp_path: Path, relay: Relay) -> AgentSettings:
    """A worker's settings: the model service stands behind the relay."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM topics_snippets")
    return AgentSettings(
        database_url=database_url,
        service_token=TOKEN,  # type: ignore[arg-type]
        media_url=(tmp_path / "media").as_uri(),
        aims_url=relay.url,
        lease_seconds=3.0,
    )


@pytest.fixture
def craft(process: Process) -> Craft:
    """Let the message for a topic's card arrive at this process."""

    def ask(seeded: Seeded, place: int = 0, key: str = "the key", **more: Any) -> Ending:
        topic = seeded.topics[place]
        named = {name: topic[name] for name in ("topic_id", "title_suggestion", "keywords")}
        message = {
            "idempotency_key": f"{key} {topic['topic_id']}",
            "workflow_id": str(seeded.workflow_id), "fingerprint": topic["fingerprint"],
            **named, **more,
        }  # fmt: skip
        return craft_snippet.perform(process, None, message)

    return ask
