"""What belongs to somebody else is as if it were not, whatever is asked and however.

The routes are the application's own: one with an id in it that this file does not know fails.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr

from api.app import create_app
from api.settings import FacadeSettings
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, make_settings, new_key
from tests.api.contract.tenants import STATES, Tenants, ask, settle, wait_for_silence
from tests.api.serving import serve
from tests.conftest import create_database
from tests.witness import foreign

PUBLIC = {"/problems/{name}"}
"""The same for everybody."""
BY_LINK = {"/api/v1/media/{token}", "/api/v1/episodes/{key}"}
"""The address itself is the permission: it is given to the owner only, and cannot be guessed."""
OWNED = {"workflow_id", "snippet_id", "session_id", "topic_id", "podcast_id"}
"""Names of ids that belong to a caller, as they stand in paths."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")
NEVER = UUID("0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a")


def paths() -> list[str]:
    """The paths of all routes with something in them that is given."""
    settings = FacadeSettings(
        secret_key=SecretStr("x" * 32), service_token=SecretStr("x"), _env_file=None
    )  # type: ignore[call-arg]  # the environment is left out
    routes = [route for route in create_app(settings).routes if isinstance(route, APIRoute)]
    return sorted({route.path for route in routes if "{" in route.path})


def names(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


GUARDED = [path for path in paths() if path not in PUBLIC | BY_LINK]
CASES = [
    (path, state)
    for path in GUARDED
    for state in (STATES if "{workflow_id}" in path else STATES[:1])
]


@pytest.fixture(scope="module")
def tenants(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenants]:
    """On a facade that does nothing by itself, so that every statement is a request's."""
    with serve(AirflowWire().app()) as airflow_url:
        url = create_database(postgres_server, template_database)
        folder = tmp_path_factory.mktemp("tenants")
        settings = quiet(make_settings(url, folder, foreign(airflow_url)))
        with serve(create_app(settings)) as served:
            settings.public_url = served
            facade = Facade(served, settings)
            with facade.client("owner") as owner, facade.client("other") as other:
                yield settle(facade, owner, other)


def quiet(settings: FacadeSettings) -> FacadeSettings:
    return settings.model_copy(update={"sweep_seconds": 3600.0, "stale_seconds": 3600.0})


def test_every_route_with_an_id_is_known_here() -> None:
    assert set(paths()) >= PUBLIC | BY_LINK
    for path in GUARDED:
        assert names(path) <= OWNED, f"{path}: say here whose {names(path) - OWNED} is"


@pytest.mark.parametrize(("path", "state"), CASES)
def test_anothers_is_as_if_it_were_not(tenants: Tenants, path: str, state: str) -> None:
    [name] = names(path)
    owned = tenants.id_of(name, state)
    anothers, never = (path.format(**{name: each}) for each in (owned, NEVER))
    ways = requests(tenants, anothers)
    wait_for_silence()
    for method in METHODS:
        for request in ways if method in ("GET", "DELETE") else ways[:1]:
            unknown = ask(tenants.other, method, never, **request)
            told = ask(tenants.other, method, anothers, **request)
            assert told == unknown, (method, request)
            assert told.status in (404, 405), (method, request)
            assert not told.headers.keys() & {"etag", "server-timing", "last-modified"}
            assert str(owned).encode() not in told.body
    assert glance(tenants.owner, anothers)[0] == 200


def glance(client: httpx.Client, path: str) -> tuple[int, httpx.Headers, bytes]:
    """Status, header and the first piece of an answer, which may have no end."""
    with client.stream("GET", path) as answer:
        return answer.status_code, answer.headers, next(answer.iter_bytes(), b"")


def requests(tenants: Tenants, anothers: str) -> list[dict[str, Any]]:
    """Ways to ask that might make a difference where something is there."""
    _, fields, begin = glance(tenants.owner, anothers)
    etag = fields.get("etag", '"x"')
    last = re.findall(rb"^id: ?(\d+)", begin, re.MULTILINE) or [b"1"]
    headers: list[dict[str, str]] = [
        {}, {"If-None-Match": "*"}, {"If-None-Match": etag}, {"If-Match": "*"},
        {"If-Match": etag}, {"Range": "bytes=0-0"}, {"Last-Event-ID": last[-1].decode()},
        {"Last-Event-ID": "0"}, {"Accept": "text/html"}, {"Origin": "https://elsewhere.example"},
        {"Idempotency-Key": tenants.request_key}, {"X-HTTP-Method-Override": "DELETE"},
    ]  # fmt: skip
    queries = [{"last_event_id": last[-1].decode()}, {"limit": "x"}, {"user_id": "owner"}]
    return [{"headers": each} for each in headers] + [{"params": each} for each in queries]


def test_anothers_end_of_a_stream_is_none(tenants: Tenants) -> None:
    """A wrong Last-Event-ID is refused before anything is looked up, whatever the id."""
    for workflow_id in (*tenants.podcasts.values(), NEVER):
        path = f"/api/v1/podcasts/{workflow_id}/events"
        told = ask(tenants.other, "GET", path, headers={"Last-Event-ID": "x"})
        assert told.status == 422
        assert told.statements == []


def test_a_list_shows_ones_own(tenants: Tenants) -> None:
    mine = tenants.owner.get("/api/v1/podcasts").json()["podcasts"]
    assert {each["podcast_id"] for each in mine} == set(map(str, tenants.podcasts.values()))
    assert tenants.other.get("/api/v1/podcasts").json() == {"podcasts": [], "next_cursor": None}
    cursor = tenants.owner.get("/api/v1/podcasts", params={"limit": 1}).json()["next_cursor"]
    theirs = tenants.other.get("/api/v1/podcasts", params={"cursor": cursor})
    assert theirs.json() == {"podcasts": [], "next_cursor": None}


def test_anothers_source_is_as_if_it_were_not(tenants: Tenants) -> None:
    def ask_with(source_id: str) -> tuple[bytes, list[bytes]]:
        body = {"topic": "x", "sources": [{"source_id": source_id}]}
        told = ask(tenants.other, "POST", "/api/v1/podcasts", json=body, headers=new_key())
        assert told.status == 422
        return told.body, told.statements

    ask_with(str(uuid4()))
    assert ask_with(tenants.source_id) == ask_with(str(uuid4()))


def test_a_link_opens_what_it_was_made_for(tenants: Tenants) -> None:
    """A signed link is for anybody who has it; for nothing else, and not with one sign changed."""
    status = tenants.owner.get(f"/api/v1/podcasts/{tenants.podcasts['COMPLETED']}").json()
    media, episode = status["media"]["audio"]["url"], status["links"]["episode"]
    assert httpx.get(media).status_code == httpx.get(episode).status_code == 200
    token, key = media.rpartition("/")[2], episode.rpartition("key=")[2]
    for forged in (token[:-2] + "AA", "A" + token[1:], key, token + "x", token.partition(".")[0]):
        assert tenants.other.get(f"/api/v1/media/{forged}").status_code == 403
    for state in ("GENERATING", "CANCELLED"):
        pages = [
            tenants.other.get(f"/episodes/{each}", params={"key": key})
            for each in (tenants.podcasts[state], NEVER)
        ]
        assert {page.status_code for page in pages} == {403}
        assert pages[0].content == pages[1].content
    by_link = httpx.get(f"{tenants.facade.url}/api/v1/episodes/{key}")
    assert by_link.json() == status
    for forged in (key[:-2] + "AA", "A" + key[1:], token, key + "x", str(NEVER)):
        assert tenants.other.get(f"/api/v1/episodes/{forged}").status_code == 403
