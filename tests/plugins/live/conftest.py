"""One Airflow for all tests of this folder."""

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from agents.celery_app import app
from tests.agents.conftest import point_to
from tests.agents.processes import until
from tests.bench.servers import Airflow, Servers, read_env_file
from tests.conftest import ROOT, SCHEDULER_NAP
from tests.plugins.live.live import LONG, Live


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    marks = folder / "marks"
    marks.mkdir()
    servers = Servers(folder)
    broker_before = app.conf.broker_url
    try:
        server = servers.start_data()
        servers.start_agents()
        point_to(servers.env["AETHERCAST_BROKER_URL"])
        servers.env |= {"PROBE_FOLDER": str(marks)}
        servers.start(
            "probe", sys.executable, "-m", "celery", "-A", "agents.celery_app", "worker",
            "-I", "tests.plugins.tasks", "-Q", "probe", "-P", "threads", "-c", "8", "-n", "probe",
            "--without-gossip", "--without-mingle",
        )  # fmt: skip
        settings = read_env_file(ROOT / "plugins" / "airflow.env") | {
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parent / "dags"),
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": SCHEDULER_NAP,
        }
        with Airflow(servers, server, "live", settings) as stack:
            login = {"username": "aethercast", "password": stack.password}
            token = httpx.post(f"{stack.url}/auth/token", json=login, timeout=30).json()
            bearer = {"Authorization": f"Bearer {token['access_token']}"}
            with httpx.Client(base_url=f"{stack.url}/api/v2", headers=bearer, timeout=30) as http:
                until(lambda: http.get("/dags/deferred").is_success, LONG)
                yield Live(stack, http, marks)
    finally:
        point_to(broker_before)
        servers.end()
