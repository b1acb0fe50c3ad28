"""Whatever a caller gets wrong, it is told what, and where; nothing is done, the key stays free."""

import socket
import time
from typing import Any
from uuid import uuid4

import httpx
import jwt
import psycopg
import pytest

from tests.api.conftest import SECRET, Facade
from tests.api.contract.bad_input import ALL, POST, Bad

NOW = int(time.time())
SOUND: dict[str, Any] = {"sub": "someone", "aud": "aethercast", "exp": NOW + 600}


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.what)
def test_what_is_wrong_is_said(shared: Facade, caller: httpx.Client, bad: Bad) -> None:
    key = str(uuid4())
    headers = {"X-Idempotency-Key": key, **bad.headers}
    sent = {name: value for name, value in headers.items() if value is not None}
    answer = caller.request(bad.method, bad.path, headers=sent, **bad.request)
    problem = answer.json()
    assert answer.status_code == bad.status, problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"/problems/{bad.problem}"
    assert bad.word in problem["detail"], problem
    if bad.pointer is not None:
        assert bad.pointer in places(problem), problem
        assert bad.pointer.lstrip("#/?") in problem["detail"]
    assert nothing_is_kept(shared, key)


def places(problem: dict[str, Any]) -> list[str]:
    """Where the errors are: JSON pointers, and query parameters with a question mark."""
    return [each.get("pointer") or f"?{each['parameter']}" for each in problem["errors"]]


def nothing_is_kept(shared: Facade, key: str) -> bool:
    with psycopg.connect(shared.settings.database_url) as connection:
        found = connection.execute("SELECT 1 FROM request_keys WHERE request_key = %s", [key])
        return found.fetchone() is None


@pytest.mark.parametrize(
    ("what", "token"),
    [
        ("a full stop", "."),
        ("three words", "a b c"),
        ("a token of one's own making", "e30.e30.e30"),
        ("no signature", jwt.encode(SOUND, "", algorithm="none")),
        ("another's secret", jwt.encode(SOUND, "another-secret-of-more-than-32-bytes")),
        ("another algorithm", jwt.encode(SOUND, SECRET * 2, algorithm="HS512")),
        ("for somebody else", jwt.encode({**SOUND, "aud": "elsewhere"}, SECRET)),
        ("for everybody", jwt.encode({"sub": "x", "exp": NOW + 600}, SECRET)),
        ("for ever", jwt.encode({"sub": "x", "aud": "aethercast"}, SECRET)),
        ("for nobody", jwt.encode({**SOUND, "sub": ""}, SECRET)),
        ("for a number", jwt.encode({**SOUND, "sub": 7}, SECRET)),
        ("expired", jwt.encode({**SOUND, "exp": NOW - 60}, SECRET)),
        ("an expiry that is none", jwt.encode({**SOUND, "exp": "never"}, SECRET)),
        ("not yet", jwt.encode({**SOUND, "nbf": NOW + 600}, SECRET)),
        ("from the future", jwt.encode({**SOUND, "iat": NOW + 600}, SECRET)),
        ("cut short", jwt.encode(SOUND, SECRET)[:-3]),
        ("with an end of its own", jwt.encode(SOUND, SECRET) + "AA"),
        ("8 KB", jwt.encode({**SOUND, "x": "x" * 6000}, "x" * 40)),
        ("no text", "\u00ff\u00fe"),
    ],
    ids=lambda value: value if len(value) < 30 and "." not in value else "",
)
def test_a_token_that_is_none_opens_nothing(shared: Facade, what: str, token: str) -> None:
    headers = {b"Authorization": f"Bearer {token}".encode("latin-1")}
    for method, path in (("POST", POST), ("GET", POST), ("GET", f"{POST}/{uuid4()}")):
        answer = httpx.request(method, shared.url + path, headers=headers)
        assert answer.status_code == 401, what
        assert answer.json()["type"] == "/problems/unauthenticated"
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="aethercast"')


def test_who_asks_is_asked_before_anything_else(shared: Facade) -> None:
    """A stranger learns nothing from what is wrong with the request beside its token."""
    for content in (b"", b"{", b"x" * 2000, b'{"topic": "x"}'):
        headers = {"Authorization": "Bearer x"}
        answer = httpx.post(shared.url + POST, headers=headers, content=content)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "head",
    [
        b"X-Idempotency-Key: two\nlines\r\n",
        b"X-Idempotency-Key: one\r\nX-Idempotency-Key: two\r\n",
        b"X-Idempotency-Key: nul\0\r\n",
    ],
)
def test_a_key_is_one_line(shared: Facade, head: bytes) -> None:
    """Sent by hand: no HTTP library would."""
    answer = speak(shared, head, b'{"topic": "x"}')
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in answer.lower()


def speak(shared: Facade, head: bytes, body: bytes) -> bytes:
    url = httpx.URL(shared.url)
    token = shared.client().headers["Authorization"].encode()
    request = (
        b"POST /api/v1/podcasts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nAuthorization: " + token + b"\r\n"
        + head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    )  # fmt: skip
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(4096), b""))
