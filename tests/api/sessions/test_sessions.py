"""A caller's sessions: seen, changed by merging, ended; another's are as if they were not."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from api.login_link import mint
from tests.api.conftest import Facade

CURRENT = "/api/v1/sessions/current"


@pytest.fixture
def browser(shared: Facade) -> Iterator[httpx.Client]:
    """A browser of somebody new, signed in."""
    with signed_in(shared, f"reader-{uuid.uuid4()}") as client:
        yield client


@contextmanager
def signed_in(facade: Facade, subject: str) -> Iterator[httpx.Client]:
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=facade.url, headers=headers, timeout=30) as client:
        code = mint(facade.settings, subject)
        assert client.post("/login", data={"code": code}).status_code == 303
        yield client


def patch(client: httpx.Client, preferences: Any, session: str = CURRENT) -> httpx.Response:
    return client.patch(session, json={"preferences": preferences})


def liked(client: httpx.Client) -> Any:
    return client.get(CURRENT).json()["preferences"]


def test_a_token_has_one_session_and_keeps_preferences(caller: httpx.Client) -> None:
    told = patch(caller, {"liked": ["food"], "muted": ["sport"], "length_minutes": 3.0})
    assert told.status_code == 200, told.text
    session = told.json()
    assert session["kind"] == "api"
    assert session["is_current"] is True
    assert session["preferences"] == {"liked": ["food"], "muted": ["sport"], "length_minutes": 3}
    assert caller.get(CURRENT).json()["session_id"] == session["session_id"]
    (listed,) = caller.get("/api/v1/sessions").json()["sessions"]
    assert listed["session_id"] == session["session_id"]


def test_what_is_given_is_merged_and_null_unsets(browser: httpx.Client) -> None:
    patch(browser, {"liked": ["food", "space"], "length_minutes": 3, "format": "brief"})
    patch(browser, {"voices": {"host_a": "emma"}})
    told = patch(browser, {"voices": {"host_b": "george"}, "length_minutes": None, "theme": "dark"})
    assert told.json()["kind"] == "browser"
    assert told.json()["preferences"] == {
        "liked": ["food", "space"], "muted": [], "format": "brief", "theme": "dark",
        "voices": {"host_a": "emma", "host_b": "george"},
    }  # fmt: skip
    assert patch(browser, {"liked": None, "voices": None}).json()["preferences"] == {
        "liked": [], "muted": [], "format": "brief", "theme": "dark",
    }  # fmt: skip
    assert patch(browser, {}).status_code == 200


WRONG: list[tuple[Any, str]] = [
    ({"liked": "food"}, "preferences/liked"),
    ({"liked": [1]}, "preferences/liked/0"),
    ({"liked": ["food", None]}, "preferences/liked/1"),
    ({"liked": {"0": "food"}}, "preferences/liked"),
    ({"liked": ["food", "food"]}, "preferences/liked"),
    ({"liked": ["gardening"]}, "preferences/liked/0"),
    ({"muted": ["food", "x"]}, "preferences/muted/1"),
    ({"muted": ["food"], "liked": ["food"]}, "preferences/muted"),
    ({"liked": ["abc"] * 16}, "preferences/liked"),
    ({"length_minutes": "3"}, "preferences/length_minutes"),
    ({"length_minutes": 0}, "preferences/length_minutes"),
    ({"length_minutes": 31}, "preferences/length_minutes"),
    ({"length_minutes": True}, "preferences/length_minutes"),
    ({"length_minutes": 2.5}, "preferences/length_minutes"),
    ({"format": "long"}, "preferences/format"),
    ({"voices": "emma"}, "preferences/voices"),
    ({"voices": {"host_c": "emma"}}, "preferences/voices/host_c"),
    ({"voices": {"host_a": "emma", "host_b": "emma"}}, "preferences/voices"),
    ({"cover": 1}, "preferences/cover"),
    ({"cover": "yes"}, "preferences/cover"),
    ({"language": "de"}, "preferences/language"),
    ({"theme": "blue"}, "preferences/theme"),
    ({"favourite": "x"}, "preferences/favourite"),
    ({"liked": ["x" * 5000]}, "preferences"),
    ([], "preferences"),
    (None, "preferences"),
    ("dark", "preferences"),
]


def test_what_is_of_the_wrong_type_is_named_by_its_place(browser: httpx.Client) -> None:
    patch(browser, {"liked": ["music"]})
    for preferences, place in WRONG:
        told = patch(browser, preferences)
        assert told.status_code == 422, (preferences, told.text)
        problem = told.json()
        assert problem["type"] == "/problems/invalid-request"
        assert f"#/{place}" in [each["pointer"] for each in problem["errors"]], problem
    assert liked(browser) == {"liked": ["music"], "muted": []}
    for body, place in (({}, "#/preferences"), ({"preferences": {}, "x": 1}, "#/x")):
        told = browser.patch(CURRENT, json=body)
        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, place)
    assert browser.patch(CURRENT, content=b"[]").status_code == 415


def test_changes_at_once_lose_nothing(browser: httpx.Client) -> None:
    changes: list[Any] = [
        {"liked": ["food"]}, {"muted": ["sport"]}, {"length_minutes": 7}, {"format": "brief"},
        {"cover": False}, {"theme": "light"}, {"language": "en"},
    ]  # fmt: skip
    with ThreadPoolExecutor(7) as pool:
        told = list(pool.map(lambda change: patch(browser, change).status_code, changes))
    assert told == [200] * 7
    together = {name: value for change in changes for name, value in change.items()}
    assert liked(browser) == together


def test_anothers_session_is_as_if_it_were_not(
    shared: Facade, browser: httpx.Client, stranger: httpx.Client
) -> None:
    mine = browser.get(CURRENT).json()["session_id"]
    patch(stranger, {"liked": ["food"]})
    for unknown in (mine, str(uuid.uuid4()), "x", "CURRENT", mine + "0"):
        path = f"/api/v1/sessions/{unknown}"
        answers = [
            stranger.get(path), patch(stranger, {"liked": []}, path), stranger.delete(path)
        ]  # fmt: skip
        assert [each.status_code for each in answers] == [404] * 3, unknown
        bodies = {each.content for each in answers}
        assert len(bodies) == 1
        assert b"not-found" in bodies.pop()
    assert browser.get(CURRENT).status_code == 200
    assert mine not in stranger.get("/api/v1/sessions").text


def test_a_session_that_was_ended_opens_nothing_and_the_next_one_inherits(shared: Facade) -> None:
    subject = f"reader-{uuid.uuid4()}"
    with signed_in(shared, subject) as first, signed_in(shared, subject) as second:
        patch(first, {"liked": ["space"]})
        sessions = first.get("/api/v1/sessions").json()["sessions"]
        assert len(sessions) == 2
        (other,) = [each["session_id"] for each in sessions if not each["is_current"]]
        assert first.delete(f"/api/v1/sessions/{other}").status_code == 204
        assert second.get(CURRENT).status_code == 401
        assert first.delete(f"/api/v1/sessions/{other}").status_code == 404
        ended = first.delete(CURRENT)
        assert ended.status_code == 204
        assert "Max-Age=0" in ended.headers["Set-Cookie"]
        assert first.get("/api/v1/sessions").status_code == 401
    with signed_in(shared, subject) as third:
        assert liked(third) == {"liked": ["space"], "muted": []}


def test_what_a_token_keeps_can_be_forgotten(caller: httpx.Client) -> None:
    patch(caller, {"liked": ["food"]})
    assert caller.delete(CURRENT).status_code == 204
    assert caller.get("/api/v1/sessions").json() == {"sessions": []}
    assert liked(caller) == {"liked": [], "muted": []}


def test_what_an_older_version_kept_does_not_stand_in_the_way(
    shared: Facade, browser: httpx.Client
) -> None:
    session = browser.get(CURRENT).json()["session_id"]
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        connection.execute(
            """UPDATE user_sessions SET preferences =
                   '{"voice": "heart", "liked": ["food"], "muted": ["food"], "cover": 1}'
               WHERE session_id = %s""",
            [session],
        )
    assert liked(browser) == {"liked": [], "muted": ["food"]}
    told = patch(browser, {"format": "brief"}).json()["preferences"]
    assert told == {"liked": [], "muted": ["food"], "format": "brief"}
