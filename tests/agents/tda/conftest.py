"""What the tests of discovery share."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.idempotency import Completed
from agents.process import Process
from agents.tda.reader import shared_reader, start_reading
from agents.tda.task import discover_topics
from agents.wcha.library import load_library
from agents.wcha.reading import Reader
from tests.agents.site import Site, open_site
from tests.conftest import create_database

Connection = psycopg.Connection[Any]
Discover = Callable[..., dict[str, Any]]
Follow = Callable[..., None]
_EMPTIED = (
    "topics_snippets", "feeds", "web_sites", "agent_dispatches", "idempotency_keys",
    "workflow_instances", "users",
)  # fmt: skip


@pytest.fixture(scope="session")
def discovery_database(postgres_server: str, template_database: str) -> str:
    """A database with the starter library in it."""
    url = create_database(postgres_server, template_database)
    with psycopg.connect(url, autocommit=True) as connection:
        load_library(connection)
    return url


@pytest.fixture
def database_url(discovery_database: str) -> str:
    """The one database of these tests, without topics, feeds and flows."""
    with psycopg.connect(discovery_database, autocommit=True) as connection:
        for table in _EMPTIED:
            connection.execute(f"DELETE FROM {table}".encode())
    return discovery_database


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server whose feeds and pages the test lays down."""
    with open_site() as opened:
        yield opened


def add_refresh(connection: Connection, user_id: UUID | None = None) -> UUID:
    """A refresh that belongs to nobody, or an exploration of one user's."""
    workflow_id = uuid.uuid4()
    connection.execute(
        "INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,"
        " dag_run_id) VALUES (%s, %s, 'snippets_refresh', 'snippets', %s)",
        (workflow_id, user_id, f"snippets__{workflow_id}"),
    )
    return workflow_id


@pytest.fixture
def discover(connection: Connection, process: Process) -> Discover:
    """Let a message of ``tda.discover_topics`` arrive; its answer."""

    def perform(workflow_id: UUID | None = None, key: str = "", **asked: Any) -> dict[str, Any]:
        flow = workflow_id or add_refresh(connection)
        kwargs = {"idempotency_key": key or str(uuid.uuid4()), "workflow_id": str(flow), **asked}
        ending = discover_topics.perform(process, None, kwargs)
        assert isinstance(ending, Completed), ending
        answer: dict[str, Any] = ending.result
        return answer

    return perform


@pytest.fixture(scope="session", autouse=True)
def reader() -> Iterator[Reader]:
    """The worker's reader, started as its worker starts it."""
    start_reading()
    yield shared_reader()
    shared_reader().close()


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Follow:
    """Have the settings name feeds; more settings by their names."""

    def name(addresses: list[str], **more: object) -> None:
        monkeypatch.setenv("AETHERCAST_FEEDS", json.dumps(addresses))
        monkeypatch.setenv("AETHERCAST_FETCH_ALLOW_LOOPBACK", "true")
        for setting, value in {"feed_seconds": 1.0, "page_seconds": 0, **more}.items():
            monkeypatch.setenv(f"AETHERCAST_{setting}".upper(), str(value))

    return name
