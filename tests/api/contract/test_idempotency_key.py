"""The Idempotency-Key header, rule by rule: draft-ietf-httpapi-idempotency-key-header-07.

RULES names each rule by the draft's section, what it asks for and what we do, and the tests that
hold us to it; each test's docstring begins with its section.
"""

import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.problems import KeyMalformed
from api.request_keys import unquote
from api.settings import FacadeSettings
from tests.api.conftest import Facade, eventually
from tests.api.serving import serve

Connection = psycopg.Connection[tuple[Any, ...]]
Send = Callable[..., httpx.Response]
URL, SOURCES = "/api/v1/podcasts", "/api/v1/sources"
SEA, LAND = {"topic": "The sea"}, {"topic": "The land"}
TEXT = {"title": "A", "text": "b"}

RULES = (
    ("2", "POST is made repeatable; safe and idempotent methods need no key",
     ["a_key_where_none_is_needed_is_ignored"]),
    ("2.1", 'the value is a string of structured fields, "k"; the bare k is taken as the same key',
     ["a_key_means_the_same_with_and_without_quotes", "what_is_no_string_is_refused",
      "every_string_can_be_a_key"]),
    ("2.1", "X-Idempotency-Key is the same field under its older name",
     ["both_names_are_one_field", "two_keys_at_once_are_refused"]),
    ("2.2", "a key is not used again for another payload, 422; here it covers the route too",
     ["another_payload_is_refused", "another_route_is_refused"]),
    ("2.2", "what is the same payload is decided by its JSON value, not by its spelling",
     ["another_spelling_is_the_same_payload"]),
    ("2.3", "keys expire, and it is said when: 24 hours", ["a_key_expires_after_a_day"]),
    ("2.4", "a fingerprint of the payload tells requests apart; of a file it is the content",
     ["a_file_is_told_by_its_content"]),
    ("2.5", "the resource says that a key is required, and how to make one",
     ["the_document_says_so"]),
    ("2.6", "first: processed, and the answer kept", ["a_repetition_gets_the_first_answer"]),
    ("2.6", "repeated after it was answered: the same answer, errors of ours excepted",
     ["a_repetition_gets_the_first_answer", "a_refusal_claims_no_key",
      "a_repetition_costs_nothing"]),
    ("2.6", "repeated while the first is under way: 409", ["at_once_one_is_done"]),
    ("2.7", "no key: 400; another payload: 422; under way: 409; each a problem with a page",
     ["no_key_is_refused", "another_payload_is_refused", "at_once_one_is_done"]),
    ("Security Considerations", "a key is looked up together with who sends it",
     ["anothers_key_is_another_key"]),
    ("Security Considerations", "nothing is said under a key before it is known who asks",
     ["a_key_opens_nothing"]),
)  # fmt: skip


def test_every_rule_has_its_tests() -> None:
    here = {
        name: each for name, each in vars(sys.modules[__name__]).items() if name.startswith("test_")
    }
    told: dict[str, set[str]] = {}
    for section, rule, names in RULES:
        for name in names:
            assert f"test_{name}" in here, rule
            told.setdefault(f"test_{name}", set()).add(section)
    assert set(told) | {"test_every_rule_has_its_tests"} == set(here)
    for name, sections in told.items():
        said = re.match(r"[^:]+", here[name].__doc__ or "")
        assert said, name
        assert set(said.group().split(", ")) == sections, name


@pytest.fixture
def send(caller: httpx.Client) -> Send:
    """POST a body under a key."""

    def post(body: Any, key: str, url: str = URL, name: str = "Idempotency-Key") -> httpx.Response:
        return caller.post(url, json=body, headers={name: key})

    return post


def assert_refused(answer: httpx.Response, status: int, name: str) -> None:
    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/idempotency-key-{name}"


def test_a_key_where_none_is_needed_is_ignored(caller: httpx.Client, send: Send) -> None:
    """2: DELETE and GET are idempotent by themselves."""
    key = {"Idempotency-Key": "k" * 300}
    place = send(SEA, "k").headers["Location"]
    assert caller.get(place, headers=key).status_code == 200
    for _ in range(2):
        answer = caller.delete(place, headers=key)
        assert answer.status_code == 200
        assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.parametrize(
    ("quoted", "bare"),
    [('"k"', "k"), ('"two words"', "two words"), ('"a\\"b"', 'a"b'), ('"a\\\\b"', "a\\b"),
     (f'"{"k" * 255}"', "k" * 255)],
)  # fmt: skip
def test_a_key_means_the_same_with_and_without_quotes(send: Send, quoted: str, bare: str) -> None:
    """2.1: the draft's own examples are quoted; most callers leave the quotes out."""
    first, again = send(SEA, quoted), send(SEA, bare)
    assert first.status_code == again.status_code == 202
    assert again.content == first.content


@pytest.mark.parametrize(
    "key", ["", '"', '""', '"k', '"a"b"', '"a\\b"', '"k"; a=1', "k" * 256, f'"{"k" * 256}"']
)
def test_what_is_no_string_is_refused(send: Send, key: str) -> None:
    """2.1: an open quote, a needless escape, parameters, nothing, or too much."""
    assert_refused(send(SEA, key), 400, "malformed")


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=255))
def test_every_string_can_be_a_key(key: str) -> None:
    """2.1: whatever is printable can be sent in quotes, and is then just that."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    assert unquote(f'"{escaped}"') == key
    if not key.startswith(('"', " ")) and not key.endswith(" "):
        assert unquote(key) == key
    with pytest.raises(KeyMalformed):
        unquote(f'"{escaped}')


def test_both_names_are_one_field(send: Send) -> None:
    """2.1: either name, in any letters."""
    key = str(uuid4())
    names = ("Idempotency-Key", "X-Idempotency-Key", "x-idempotency-key", "IDEMPOTENCY-KEY")
    assert len({send(SEA, key, name=name).content for name in names}) == 1


def test_two_keys_at_once_are_refused(caller: httpx.Client) -> None:
    """2.1: it is one item, no list."""
    for second, status in (("a", 202), ('"a"', 202), ("b", 400)):
        headers = {"Idempotency-Key": "a", "X-Idempotency-Key": second}
        assert caller.post(URL, json=SEA, headers=headers).status_code == status
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert_refused(caller.post(URL, json=SEA, headers=twice), 400, "malformed")


@pytest.mark.parametrize(
    "body", [LAND, {**SEA, "sources": []}, {**SEA, "mood": "gay"}, {"topic": ""}, {}]
)
def test_another_payload_is_refused(send: Send, body: dict[str, Any]) -> None:
    """2.2, 2.7: even one that means the same, or is wrong in itself; the first stays as it was."""
    first = send(SEA, "k")
    assert_refused(send(body, "k"), 422, "reused")
    assert send(SEA, "k").content == first.content


def test_another_route_is_refused(send: Send) -> None:
    """2.2: a key belongs to one request, and its address is part of that."""
    assert send(SEA, "k").status_code == 202
    assert_refused(send(TEXT, "k", SOURCES), 422, "reused")


@pytest.mark.parametrize(
    "spelling",
    [b'{"topic":"The sea","user_preferences":{"cover":true,"length_minutes":3}}',
     b'{"user_preferences": {"length_minutes": 3, "cover": true}, "topic": "The\\u0020sea"}'],
)  # fmt: skip
def test_another_spelling_is_the_same_payload(
    caller: httpx.Client, send: Send, spelling: bytes
) -> None:
    """2.2: order of keys, spaces and escapes are no difference."""
    first = send({**SEA, "user_preferences": {"length_minutes": 3, "cover": True}}, "k")
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    assert caller.post(URL, content=spelling, headers=headers).content == first.content


def test_a_key_expires_after_a_day(shared: Facade, send: Send) -> None:
    """2.3: a day and a moment later the key is as good as new."""
    key = str(uuid4())
    first = send(SEA, key)
    assert send(SEA, key).content == first.content
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        lasts = connection.execute(
            """SELECT expires_at - created_at = interval '24 hours' FROM request_keys
               WHERE request_key = %s""",
            [key],
        ).fetchone()
        connection.execute(
            "UPDATE request_keys SET expires_at = now() WHERE request_key = %s", [key]
        )
    assert lasts == (True,)
    second = send(LAND, key)
    assert second.status_code == 202
    assert "Idempotent-Replayed" not in second.headers


def test_a_file_is_told_by_its_content(caller: httpx.Client) -> None:
    """2.4: the form around it, with its random boundary, is no part of the fingerprint."""
    headers = {"Idempotency-Key": "k"}

    def hand_in(content: bytes, name: str = "a.txt") -> httpx.Response:
        files = {"file": (name, content, "text/plain")}
        return caller.post(SOURCES, files=files, headers=headers)

    first = hand_in(b"words")
    assert hand_in(b"words").content == first.content
    assert_refused(hand_in(b"other words"), 422, "reused")
    assert_refused(hand_in(b"words", "b.txt"), 422, "reused")


def test_the_document_says_so(caller: httpx.Client) -> None:
    """2.5: every POST names the header, requires it, and gives an example that fits."""
    document = caller.get("/openapi.json").json()
    posts = [each["post"] for each in document["paths"].values() if "post" in each]
    assert posts
    for operation in posts:
        [key] = [each for each in operation["parameters"] if each["name"] == "X-Idempotency-Key"]
        assert key["required"]
        assert "24 hours" in key["description"]
        assert re.fullmatch(key["schema"]["pattern"], key["example"])


def test_a_repetition_gets_the_first_answer(send: Send) -> None:
    """2.6: status, body and headers, byte for byte, and it says that it is one."""
    first, again = send(SEA, "k"), send(SEA, "k")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "Retry-After", "Content-Type"):
        assert again.headers[name] == first.headers[name]


def test_a_refusal_claims_no_key(send: Send) -> None:
    """2.6: what was not accepted may be mended and sent again under the same key."""
    unknown = {"topic": "x", "sources": [{"source_id": str(uuid4())}]}
    for wrong in ({"topic": ""}, {"topic": "x", "mood": "gay"}, unknown):
        assert send(wrong, "k").status_code == 422
    assert send(SEA, "k").status_code == 202


def test_a_repetition_costs_nothing(settings: FacadeSettings) -> None:
    """2.6: limits count what is done, not what is told again."""
    changed = settings.model_copy(update={"limit_writes": "1/minute", "quota_open_podcasts": 1})
    with serve(create_app(changed)) as url, Facade(url, changed).client() as client:
        headers = {"Idempotency-Key": "k"}
        first = client.post(URL, json=SEA, headers=headers)
        for _ in range(3):
            assert client.post(URL, json=SEA, headers=headers).content == first.content
        other = client.post(URL, json=SEA, headers={"Idempotency-Key": "l"})
        assert other.status_code == 429


def test_at_once_one_is_done(facade: Facade, ada: httpx.Client, connection: Connection) -> None:
    """2.6, 2.7: the others wait a while for the first; when it takes longer, 409 says so."""
    ada.delete(f"{URL}/{uuid4()}")  # makes ada a user
    facade.settings.key_wait_seconds = 0.3
    headers = {"Idempotency-Key": "k"}
    with psycopg.connect(facade.settings.database_url) as first, ThreadPoolExecutor() as threads:
        first.execute(
            """INSERT INTO request_keys (user_id, request_key, route, fingerprint, status_code,
                                         body) SELECT user_id, 'k', 'x', 'x', 202, '{}'
               FROM users WHERE subject = 'ada'"""
        )
        racer = threads.submit(ada.post, URL, json=SEA, headers=headers)
        refused = racer.result()
        first.rollback()
    assert_refused(refused, 409, "in-use")
    assert int(refused.headers["Retry-After"]) >= 1
    with ThreadPoolExecutor(20) as threads:
        answers = list(
            threads.map(lambda _: ada.post(URL, json=SEA, headers=headers), range(20))
        )  # fmt: skip
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.content for answer in accepted}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in accepted) == 1
    counted = "SELECT 1 FROM workflow_instances HAVING count(*) = 1"
    eventually(lambda: connection.execute(counted).fetchone())


@pytest.mark.parametrize("url", [URL, SOURCES])
def test_no_key_is_refused(caller: httpx.Client, url: str) -> None:
    """2.7: and the page of the problem explains how to make one."""
    refused = caller.post(url, json=SEA)
    assert_refused(refused, 400, "missing")
    assert "UUID" in caller.get(refused.json()["type"]).text


def test_anothers_key_is_another_key(send: Send, stranger: httpx.Client) -> None:
    """Security Considerations: two callers never meet under one key."""
    key = str(uuid4())
    first = send(SEA, key)
    other = stranger.post(URL, json=LAND, headers={"Idempotency-Key": key})
    assert other.status_code == 202
    assert other.json()["podcast_id"] != first.json()["podcast_id"]


def test_a_key_opens_nothing(shared: Facade, send: Send) -> None:
    """Security Considerations: a known key in a stranger's hand is no permission."""
    key = str(uuid4())
    assert send(SEA, key).status_code == 202
    answer = httpx.post(shared.url + URL, json=SEA, headers={"Idempotency-Key": key})
    assert answer.status_code == 401
