"""One database, one worker and one status service for all tests of a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import redis

from agents.celery_app import app
from tests.agents.conftest import add_workflow, point_to
from tests.agents.processes import Stack, environment
from tests.conftest import create_database

Connection = psycopg.Connection[Any]
TASKS = "tests.agents.core.tasks"


@dataclass
class Running:
    """What a test needs of the running chain."""

    connection: Connection
    client: httpx.Client
    stack: Stack
    workflow_id: UUID

    def ask(self, task_id: UUID, **query: str | float) -> dict[str, Any]:
        """The answer of ``GET /v1/tasks/<task_id>``."""
        answer = self.client.get(f"/v1/tasks/{task_id}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def kwargs(self, key: str, **more: Any) -> dict[str, Any]:
        return {"idempotency_key": key, "workflow_id": str(self.workflow_id), **more}


@pytest.fixture(scope="module")
def running(
    postgres_server: str,
    template_database: str,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    url = create_database(postgres_server, template_database)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    before = app.conf.broker_url
    point_to(redis_url)
    folder = tmp_path_factory.mktemp("stack")
    yield from run_chain(url, redis_url, folder)
    point_to(before)


def run_chain(url: str, broker_url: str, folder: Path) -> Iterator[Running]:
    """A worker of the queue `probe` and a status service that expects it."""
    env = environment(
        url, broker_url, folder, AETHERCAST_LEASE_SECONDS="3", AETHERCAST_AGENT_QUEUES="probe"
    )
    stack = Stack(env, folder)
    try:
        with psycopg.connect(url, autocommit=True) as connection, stack.status() as client:
            stack.worker(TASKS, "probe", concurrency=4)
            yield Running(connection, client, stack, add_workflow(connection))
    finally:
        stack.end()
