"""One database, broker, status service and worker for all tests of the plugins."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import tests.plugins.airflow_home  # noqa: F401  isort: skip
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import TaskStatesResult

from agents.celery_app import app
from plugins.settings import flow_settings
from tests.agents.conftest import point_to
from tests.agents.processes import Stack
from tests.conftest import ROOT, create_database


@pytest.fixture(scope="session")
def chain(
    postgres_server: str,
    template_database: str,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The settings of a flow point to real parts; yields their folder."""
    folder = tmp_path_factory.mktemp("plugins")
    ours = {
        "PYTHONPATH": str(ROOT),
        "AETHERCAST_DATABASE_URL": create_database(postgres_server, template_database),
        "AETHERCAST_BROKER_URL": redis_url.replace("/0", "/3"),
        "AETHERCAST_SERVICE_TOKEN": "the-service-token",
        "AETHERCAST_SECRET_KEY": "a secret of thirty-two characters",
        "AETHERCAST_MEDIA_URL": (folder / "media").as_uri(),
        "AETHERCAST_LEASE_SECONDS": "3",
        "AETHERCAST_AIRFLOW_URL": "http://127.0.0.1:9",
    }
    before = {name: os.environ.get(name) for name in (*ours, "AETHERCAST_AGENTS_URL")}
    broker_before = app.conf.broker_url
    os.environ |= ours
    point_to(ours["AETHERCAST_BROKER_URL"])
    stack = Stack(os.environ | ours, folder)
    os.environ["AETHERCAST_AGENTS_URL"] = str(stack.status().base_url).rstrip("/")
    stack.worker("tests.plugins.tasks", "probe")
    flow_settings.cache_clear()
    yield folder
    stack.end()
    point_to(broker_before)
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    flow_settings.cache_clear()


@pytest.fixture
def connection(chain: Path) -> Iterator["psycopg.Connection[Any]"]:
    """An autocommitting connection to the flow's database."""
    with psycopg.connect(flow_settings().database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def airflow_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Answers of Airflow's supervisor to a task that asks for its own state."""

    class Supervisor:
        state = "running"

        def send(self, message: Any) -> TaskStatesResult:
            if self.state == "no answer":
                raise ConnectionError
            (run_id,), (task_id,) = message.run_ids, message.task_ids
            known = {} if self.state == "deleted" else {task_id: self.state}
            return TaskStatesResult(task_states={run_id: known} if known else {})

    supervisor = Supervisor()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    return lambda state: setattr(supervisor, "state", state)
