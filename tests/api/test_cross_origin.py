"""Pages of other origins, and what every answer tells a browser."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.origins import origin_of, read_origins
from api.settings import FacadeSettings
from tests.api.conftest import Facade, ask_podcast, new_key
from tests.api.serving import serve

URL = "/api/v1/podcasts"
FRIEND = "https://friend.example"
DEV = "http://localhost:5173"
STRANGERS = (
    "https://evil.example", "http://friend.example", "https://friend.example:8443",
    "https://friend.example.evil.example", "https://sub.friend.example", "null", "*", "",
    "https://friend.example/", "HTTPS://FRIEND.EXAMPLE",
)  # fmt: skip


@pytest.fixture(scope="module")
def open_house(shared: Facade) -> Iterator[Facade]:
    """A facade that names two origins."""
    named = {"allowed_origins": f"{FRIEND}, {DEV}", "max_json_bytes": 2000}
    settings = shared.settings.model_copy(update=named)
    with serve(create_app(settings)) as url:
        settings.public_url = url
        yield Facade(url, settings)


def preflight(facade: Facade, origin: str, method: str, *headers: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    if headers:
        asked["Access-Control-Request-Headers"] = ",".join(headers)
    return httpx.options(facade.url + URL, headers=asked)


@pytest.mark.parametrize("origin", [FRIEND, DEV])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_a_named_origin_may_ask_and_send(open_house: Facade, origin: str, method: str) -> None:
    answer = preflight(open_house, origin, method, "authorization", "x-idempotency-key")
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert method in answer.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    for name in ("authorization", "content-type", "x-idempotency-key", "idempotency-key",
                 "x-workflow-id", "last-event-id", "if-none-match", "traceparent"):  # fmt: skip
        assert name in allowed
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_stranger_may_not(open_house: Facade, origin: str) -> None:
    answer = preflight(open_house, origin, "POST", "authorization")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/foreign-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    with open_house.client() as program:
        answer = program.get(URL, headers={"Origin": origin})
        assert answer.status_code == 200  # the token counts; the browser keeps it from the page
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_by_default_nobody_is_named(shared: Facade) -> None:
    assert preflight(shared, FRIEND, "GET").status_code == 403
    assert preflight(shared, shared.url, "GET").status_code == 204
    assert httpx.options(shared.url + URL).status_code == 405  # no browser asks like that
    assert httpx.options(shared.url + URL, headers={"Origin": FRIEND}).status_code == 405


def test_every_answer_can_be_read_by_a_named_page(open_house: Facade) -> None:
    page = {"Origin": FRIEND}
    with open_house.client() as client:
        long = client.post(URL, json={"topic": "x" * 3000}, headers={**page, **new_key()})
        made = client.post(URL, json={"topic": "The sea"}, headers={**page, **new_key()})
        answers = {
            202: made,
            413: long,
            400: client.post(URL, json={}, headers=page),
            404: client.get(URL + "/nothing", headers=page),
            405: client.put(URL, headers=page),
            401: client.get(URL, headers={**page, "Authorization": "Bearer x"}),
            422: client.get(URL + "?limit=0", headers=page),
            431: client.get(URL, headers={**page, "X-Filler": "x" * 20_000}),
        }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        for name in ("Location", "Retry-After", "ETag", "Idempotent-Replayed", "X-Request-ID",
                     "RateLimit", "RateLimit-Policy"):  # fmt: skip
            assert name in exposed
        assert "Origin" in answer.headers["Vary"]


def test_what_every_answer_says_of_itself(shared: Facade, caller: httpx.Client) -> None:
    location = ask_podcast(caller).headers["Location"]
    for path in (location, URL, "/livez", "/nowhere", "/openapi.json", "/problems", "/login",
                 "/metrics", "/episodes/style.css", location.replace("podcasts", "x")):  # fmt: skip
        headers = caller.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert headers["Cache-Control"]
        assert "Strict-Transport-Security" not in headers
        for name in ("Content-Security-Policy", "Cache-Control", "X-Frame-Options"):
            assert len(headers.get_list(name)) == 1, (path, name)
    assert caller.get(URL).headers["Cache-Control"] == "no-store"
    assert caller.get(location).headers["Cache-Control"] == "private, no-cache"
    assert caller.get("/episodes/style.css").headers["Cache-Control"] == "max-age=3600"


def test_behind_https_browsers_are_told_to_stay_there(shared: Facade) -> None:
    https = shared.settings.model_copy(update={"public_url": "https://cast.example"})
    with serve(create_app(https)) as url:
        headers = httpx.get(url + "/livez").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "text", ["*", "https://*.example", "friend.example", "https://friend.example/", "null",
             "https://a.example/path", "ftp://a.example", "https://", "https://a.example:x",
             "https://user@a.example", "https://a.example,*", "https://a.example?x"],
)  # fmt: skip
def test_only_origins_can_be_named(shared: Facade, text: str) -> None:
    with pytest.raises(ValueError, match="allowed_origins"):
        FacadeSettings(**{**shared.settings.model_dump(), "allowed_origins": text})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://Cast.Example:443/a/b?c#d", "https://cast.example"),
        ("http://cast.example:80", "http://cast.example"),
        ("http://cast.example:443", "http://cast.example:443"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(
    st.lists(
        st.from_regex(r"https?://[a-z]{1,9}(\.[a-z]{2,5})?(:[1-9][0-9]{0,3})?", fullmatch=True)
    )
)
def test_a_list_is_read_whole(urls: list[str]) -> None:
    origins = {origin_of(url) for url in urls}
    assert read_origins(" , ".join(origins)) == origins
