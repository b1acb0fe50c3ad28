"""Voices that do not exist are refused at the door."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.app import create_app
from api.settings import FacadeSettings
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast
from tests.api.serving import serve
from tests.conftest import free_port


async def voices(request: Request) -> Response:
    """The model service's answer, as the contract has it."""
    if request.headers.get("authorization") != "Bearer the-service-token":
        return JSONResponse({}, 401)
    return JSONResponse({"voices": [{"name": "heart"}, {"name": "michael"}, {"name": "emma"}]})


def test_an_unknown_voice_is_refused_with_those_there_are(
    settings: FacadeSettings, airflow: AirflowWire
) -> None:
    with serve(Starlette(routes=[Route("/v1/voices", voices)])) as aims:
        settings.aims_url = aims
        with serve(create_app(settings)) as url, Facade(url, settings).client() as client:
            wrong = ask_podcast(client, user_preferences={"voices": {"host_a": "caruso"}})
            right = ask_podcast(client, user_preferences={"voices": {"host_a": "emma"}})
    assert wrong.status_code == 422
    [error] = wrong.json()["errors"]
    assert error["pointer"] == "#/user_preferences/voices/host_a"
    assert "emma, heart, michael" in error["detail"]
    assert right.status_code == 202


def test_without_the_model_service_any_name_passes(
    settings: FacadeSettings, airflow: AirflowWire
) -> None:
    settings.aims_url = f"http://127.0.0.1:{free_port()}"
    with serve(create_app(settings)) as url, Facade(url, settings).client() as client:
        answer = ask_podcast(client, user_preferences={"voices": {"host_a": "emma"}})
    assert answer.status_code == 202
