"""A running facade, and what stands around it."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.settings import FacadeSettings
from api.token import issue
from tests.api.airflow_wire import PASSWORD, USER, AirflowWire
from tests.api.serving import serve
from tests.conftest import create_database
from tests.witness import foreign

SECRET = "a-secret-of-more-than-thirty-two-bytes"


@dataclass
class Facade:
    """A facade that is served."""

    url: str
    settings: FacadeSettings

    def client(self, subject: str = "ada") -> httpx.Client:
        """A client with that caller's token."""
        token = issue(self.settings.secret, subject, 600)
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )


def new_key() -> dict[str, str]:
    """The header of a fresh idempotency key."""
    return {"X-Idempotency-Key": str(uuid.uuid4())}


def ask_podcast(client: httpx.Client, topic: str = "The sea", **body: Any) -> httpx.Response:
    """Ask for a podcast under a fresh key."""
    return client.post("/api/v1/podcasts", json={"topic": topic, **body}, headers=new_key())


def eventually(check: Callable[[], object]) -> None:
    """Return once ``check`` holds; long enough that only what never happens fails."""
    for _ in range(400):
        if check():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to pass")


@pytest.fixture
def airflow_server() -> Iterator[tuple[AirflowWire, str]]:
    wire = AirflowWire()
    with serve(wire.app()) as url:
        foreign(url)
        yield wire, url


@pytest.fixture
def airflow(airflow_server: tuple[AirflowWire, str]) -> AirflowWire:
    """A sound Airflow that knows nothing yet."""
    return airflow_server[0]


def make_settings(database_url: str, folder: Path, airflow_url: str) -> FacadeSettings:
    """Settings for tests: the same, with less patience."""
    return FacadeSettings(
        database_url=database_url,
        media_url=(folder / "media").as_uri(),
        secret_key=SecretStr(SECRET),
        service_token=SecretStr("the-service-token"),
        airflow_url=airflow_url,
        airflow_user=USER,
        airflow_password=SecretStr(PASSWORD),
        airflow_seconds=1.0,
        sweep_seconds=0.2,
        stale_seconds=0.6,
        limit_attempts="100000/minute",
        refresh_at_start=False,
        refresh_on_visit=False,
    )


@pytest.fixture
def settings(
    database_url: str, tmp_path: Path, airflow_server: tuple[AirflowWire, str]
) -> FacadeSettings:
    return make_settings(database_url, tmp_path, airflow_server[1])


@contextmanager
def open_facade(database_url: str, folder: Path) -> Iterator[Facade]:
    """A facade over a database, for many tests; its media lie in the folder's ``media``."""
    with serve(AirflowWire().app()) as airflow_url:
        foreign(airflow_url)
        settings = make_settings(database_url, folder, airflow_url)
        # It outlives its tests by minutes, with hundreds of podcasts that nobody makes: comparing
        # each with its run twice a second would take a tenth of a core from all that follow.
        settings.stale_seconds = 15.0
        with serve(create_app(settings)) as url:
            settings.public_url = url
            yield Facade(url, settings)


@pytest.fixture(scope="session")
def shared(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Facade]:
    """One facade for all tests that do not mind company; each has callers of its own."""
    url = create_database(postgres_server, template_database)
    with open_facade(url, tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@pytest.fixture
def caller(shared: Facade) -> Iterator[httpx.Client]:
    """A caller nobody has seen before."""
    with shared.client(f"caller-{uuid.uuid4()}") as client:
        yield client


@pytest.fixture
def stranger(shared: Facade) -> Iterator[httpx.Client]:
    """Another caller nobody has seen before."""
    with shared.client(f"stranger-{uuid.uuid4()}") as client:
        yield client


@pytest.fixture
def facade(settings: FacadeSettings, airflow: AirflowWire) -> Iterator[Facade]:
    with serve(create_app(settings)) as url:
        settings.public_url = url
        yield Facade(url, settings)


@pytest.fixture
def ada(facade: Facade) -> Iterator[httpx.Client]:
    with facade.client("ada") as client:
        yield client


@pytest.fixture
def bob(facade: Facade) -> Iterator[httpx.Client]:
    with facade.client("bob") as client:
        yield client
