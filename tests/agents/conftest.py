"""The parts that tests of agents share."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import kombu.pools
import psycopg
import pytest
import redis

from agents.celery_app import app
from agents.process import Process
from agents.settings import AgentSettings
from sql.pool import open_pool
from streamer.media import open_store
from tests.agents.model_service import aims, aims_environment, models_dir
from tests.agents.processes import Stack, environment

__all__ = ["aims", "aims_environment", "models_dir"]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> AgentSettings:
    """A worker's settings for the test's own database."""
    return AgentSettings(
        database_url=database_url,
        service_token="the-service-token",  # type: ignore[arg-type]
        media_url=(tmp_path / "media").as_uri(),
        lease_seconds=3.0,
    )


@pytest.fixture
def process(settings: AgentSettings) -> Iterator[Process]:
    """What a worker process has: run a task in the test with ``task.perform(process, …)``."""
    pool = open_pool(settings)
    yield Process(settings, pool, open_store(settings.media_url))
    pool.close()


@pytest.fixture
def broker(redis_url: str) -> Iterator[str]:
    """An empty Redis that ``agents.dispatch`` sends to."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    before = app.conf.broker_url
    point_to(redis_url)
    yield redis_url
    point_to(before)


def point_to(broker_url: str) -> None:
    """Make the application send elsewhere: it keeps its connections for good otherwise."""
    kombu.pools.reset()  # type: ignore[no-untyped-call]
    app._after_fork()
    app.conf.broker_url = broker_url


@pytest.fixture
def workflow_id(connection: "psycopg.Connection[tuple[object, ...]]") -> UUID:
    """A workflow of a user of its own."""
    return add_workflow(connection)


def add_workflow(connection: "psycopg.Connection[Any]") -> UUID:
    """Insert a workflow of a user of its own; returns its id."""
    workflow_id = uuid.uuid4()
    connection.execute(
        """
        WITH caller AS (
            INSERT INTO users (subject) VALUES (%(subject)s) RETURNING user_id)
        INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,
                                        dag_run_id)
        SELECT %(workflow_id)s, user_id, 'podcast_request', 'podcast', %(subject)s FROM caller
        """,
        {"workflow_id": workflow_id, "subject": f"user of {workflow_id}"},
    )
    return workflow_id


@pytest.fixture
def stack(database_url: str, broker: str, tmp_path: Path) -> Iterator[Stack]:
    """Starts real workers and the status service; stops them all in the end."""
    env = environment(database_url, broker, tmp_path)
    env |= {"AETHERCAST_LEASE_SECONDS": "3", "AETHERCAST_RESEND_AFTER_SECONDS": "1"}
    running = Stack(env, tmp_path)
    yield running
    running.end()
