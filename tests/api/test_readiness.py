"""/livez and /readyz."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.app import create_app
from api.settings import FacadeSettings
from tests.api.airflow_wire import AirflowWire
from tests.api.serving import serve
from tests.conftest import free_port
from tests.witness import foreign


class Services:
    """What the facade sees of the other services: whether they say that they are ready."""

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{name}/readyz", self._ready)])

    async def _ready(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer the-service-token":
            return PlainTextResponse("who are you?", 401)
        missing = self.missing.get(request.path_params["name"])
        return PlainTextResponse(missing or "ready", 503 if missing else 200)


@pytest.fixture
def services(settings: FacadeSettings, redis_url: str) -> Iterator[Services]:
    services = Services()
    with serve(services.app()) as url:
        foreign(url)
        settings.broker_url = redis_url
        settings.agents_url = f"{url}/agents"
        settings.aims_url = f"{url}/aims"
        settings.asf_url = f"{url}/asf"
        yield services


def test_podcasts_are_made_while_no_cards_are(
    settings: FacadeSettings, services: Services, airflow: AirflowWire
) -> None:
    airflow.dags["snippets"] = {"is_paused": True}
    with serve(create_app(settings)) as url:
        status, told = lines(url)
    assert status == 200
    assert told.pop("airflow cards") == "the DAG `snippets` is paused"
    assert set(told.values()) == {None}


def lines(url: str) -> tuple[int, dict[str, str | None]]:
    """What is told once nobody is late: on a busy machine that is the truth, and not the matter."""
    for _ in range(20):
        answer = httpx.get(f"{url}/readyz", timeout=60)
        told = answer.json()
        assert told["ready"] == (answer.status_code == 200)
        missing = {each["part"]: each["missing"] for each in told["parts"]}
        if not any((said or "").rstrip(".").endswith("in time") for said in missing.values()):
            break
        time.sleep(1)
    return answer.status_code, missing


def test_a_warm_chain_is_ready(
    settings: FacadeSettings, services: Services, airflow: AirflowWire
) -> None:
    with serve(create_app(settings)) as url:
        assert lines(url) == (
            200,
            dict.fromkeys([
                "database", "broker", "agents", "models", "streamer", "airflow",
                "airflow execution", "airflow dag", "airflow cards",
            ]),
        )  # fmt: skip
    assert airflow.executions >= 1


@pytest.mark.parametrize(
    ("change", "part", "word"),
    [
        ({"services": ("agents", "no worker for vfa")}, "agents", "no worker for vfa"),
        ({"services": ("aims", "voices are loading")}, "models", "voices are loading"),
        ({"services": ("asf", "no database")}, "streamer", "no database"),
        ({"settings": ("aims_url", "closed")}, "models", "cannot be reached"),
        ({"settings": ("broker_url", "closed")}, "broker", "does not answer"),
        ({"settings": ("airflow_url", "closed")}, "airflow", "cannot be reached"),
        ({"health": ("triggerer", "unhealthy")}, "airflow", "triggerer"),
        ({"health": ("dag_processor", None)}, "airflow", "dag_processor"),
        ({"dag": None}, "airflow dag", "not parsed"),
        ({"dag": {"is_paused": True}}, "airflow dag", "paused"),
        ({"dag": {"is_paused": False, "has_import_errors": True}}, "airflow dag", "import errors"),
    ],
)
def test_what_is_missing_has_a_line(
    settings: FacadeSettings,
    services: Services,
    airflow: AirflowWire,
    change: dict[str, Any],
    part: str,
    word: str,
) -> None:
    if "services" in change:
        services.missing = dict([change["services"]])
    if "settings" in change:
        name = change["settings"][0]
        scheme = "redis" if name == "broker_url" else "http"
        setattr(settings, name, f"{scheme}://127.0.0.1:{free_port()}")
    if "health" in change:
        airflow.health.update([change["health"]])
    if "dag" in change:
        airflow.dag = change["dag"]
    with serve(create_app(settings)) as url:
        status, told = lines(url)
        assert httpx.get(f"{url}/livez").status_code == 200
    assert status == 503
    assert word in (told[part] or "")
