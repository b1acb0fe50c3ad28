"""DELETE /podcasts/{id} and GET /podcasts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from agents.celery_app import app
from streamer.media import MediaStore, open_store
from tests.agents.conftest import point_to
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually, new_key
from tests.api.made import finish, start_task

Connection = psycopg.Connection[tuple[Any, ...]]
URL = "/api/v1/podcasts"


@pytest.fixture
def broker(redis_url: str) -> Iterator[None]:
    """A broker to revoke at."""
    before = app.conf.broker_url
    point_to(redis_url)
    yield
    point_to(before)


def test_a_cancelled_podcast_stops_everywhere(
    broker: None, ada: httpx.Client, bob: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    eventually(lambda: airflow.runs)
    task_id = start_task(connection, workflow_id, 1, ("vfa", "forge_voice"), "in_progress")
    path = f"{URL}/{workflow_id}"
    assert bob.delete(path).status_code == 404
    for _ in range(2):
        answer = ada.delete(path)
        assert answer.status_code == 200
        assert answer.json()["status"] == "CANCELLED"
    told = ada.get(path).json()
    assert told["status"] == "CANCELLED"
    assert told["error"] == "Cancelled at your request."
    assert told["stream"]["status"] == "cancelled"
    assert [agent["status"] for agent in told["agents"]] == ["cancelled"]
    flag = "SELECT cancel_requested_at FROM agent_dispatches WHERE task_id = %s"
    row = connection.execute(flag, [task_id]).fetchone()
    assert row is not None
    assert row[0] is not None
    assert airflow.runs[f"podcast__{workflow_id}"]["state"] == "failed"


def test_cancelling_needs_no_airflow_and_nothing_is_started_afterwards(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    airflow.fault = "error"
    location = ask_podcast(ada).headers["Location"]
    eventually(lambda: airflow.posts)
    assert ada.delete(location).status_code == 200
    airflow.fault = None
    connection.execute("UPDATE workflow_instances SET check_after = now()")
    other = ask_podcast(ada).json()["workflow_id"]
    eventually(lambda: airflow.runs)
    assert list(airflow.runs) == [f"podcast__{other}"]


def test_uploads_to_a_slow_store_take_nothing_that_others_need(
    facade: Facade, ada: httpx.Client, bob: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = ask_podcast(bob).headers["Location"]
    arrived, goes_on = Semaphore(0), Event()
    store = type(open_store(facade.settings.media_url))
    put = store.put

    def put_slowly(self: MediaStore, key: str, data: bytes | Path, media_type: str) -> str:
        arrived.release()
        assert goes_on.wait(60)
        return put(self, key, data, media_type)

    def upload(number: int) -> int:
        files = {"file": ("a.txt", f"words {number}".encode(), "text/plain")}
        return ada.post("/api/v1/sources", files=files, headers=new_key()).status_code

    monkeypatch.setattr(store, "put", put_slowly)
    with ThreadPoolExecutor(48) as pool:
        uploads = [pool.submit(upload, number) for number in range(48)]
        try:
            assert all(arrived.acquire(timeout=30) for _ in range(4))
            for _ in range(20):  # a file, which a thread reads
                assert bob.get("/episodes/style.css").status_code == 200
            assert bob.delete(location).status_code == 200
        finally:
            goes_on.set()
    assert {each.result() for each in uploads} == {201}


def test_what_has_ended_cannot_be_cancelled(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    finish(connection, facade.settings, workflow_id)
    answer = ada.delete(f"{URL}/{workflow_id}")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/already-ended"
    assert ada.get(f"{URL}/{workflow_id}").json()["status"] == "COMPLETED"


def test_pages_leave_nothing_out_and_show_nothing_twice(
    shared: Facade, caller: httpx.Client, stranger: httpx.Client
) -> None:
    made = [ask_podcast(caller, topic=f"Topic {n}").json()["podcast_id"] for n in range(5)]
    ask_podcast(stranger)
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        connection.execute(
            """UPDATE podcasts SET created_at = now()
               WHERE podcast_id = ANY(%s::uuid[])""",
            [made[:3]],
        )  # of the same moment: the id decides
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(URL, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [each["podcast_id"] for each in page["podcasts"]]
        cursor = page["next_cursor"]
        if len(seen) == 2:
            ask_podcast(caller, topic="A newcomer")
    assert sorted(seen) == sorted(made)
    assert seen[:3] == sorted(made[:3])


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "x"}, {"cursor": "é"}, {"cursor": ""}, {"cursor": "WzEsMl0"},
        {"limit": "0"}, {"limit": "101"}, {"limit": "many"},
    ],
)  # fmt: skip
def test_pages_are_asked_for_properly(caller: httpx.Client, params: dict[str, str]) -> None:
    answer = caller.get(URL, params=params)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"


def test_a_caller_without_podcasts_has_an_empty_page(caller: httpx.Client) -> None:
    assert caller.get(URL).json() == {"podcasts": [], "next_cursor": None}
    assert caller.delete(f"{URL}/{uuid4()}").status_code == 404
