"""GET /podcasts/{id} and GET /workflows/{id}."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import psycopg
import pytest

from plugins.housekeeping.expiry import Removed
from sql import Statement
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually
from tests.api.made import BODY, finish, start_task

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def workflow_id(ada: httpx.Client, airflow: AirflowWire) -> UUID:
    """A podcast of ada's that has been handed to Airflow."""
    accepted = ask_podcast(ada).json()
    workflow_id = UUID(accepted["workflow_id"])
    page = f"/api/v1/workflows/{workflow_id}"
    eventually(lambda: ada.get(page).json()["triggered_at"])
    return workflow_id


def test_a_podcast_on_its_way(
    facade: Facade, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    progress = {"done": 2, "total": 5, "unit": "parts"}
    start_task(
        connection, workflow_id, 1, ("pswa", "weave_script"), "failed", error={"message": "old"}
    )
    start_task(
        connection, workflow_id, 1, ("pswa", "weave_script"), "in_progress",
        generation=1, retries=2, progress=progress,
    )  # fmt: skip
    start_task(connection, workflow_id, 0, ("wcha", "harvest"), "completed")
    answer = ada.get(f"/api/v1/podcasts/{workflow_id}")
    told = answer.json()
    assert answer.headers["Retry-After"]
    assert told["status"] == "GENERATING"
    assert [agent["task"] for agent in told["agents"]] == ["harvest", "weave_script"]
    weave = told["agents"][1]
    assert (weave["agent"], weave["status"], weave["retries"]) == ("pswa", "in_progress", 2)
    assert weave["progress"] == progress
    assert weave["error"] is None
    assert told["script"] is None
    assert told["media"] == {"audio": None, "episode": None, "cover": None}
    query = parse_qs(urlsplit(told["stream"]["websocket_url"]).query)
    assert query["stream_id"] == [told["stream"]["stream_id"]]
    run = f"{facade.settings.airflow_url}/dags/podcast/runs/podcast__{workflow_id}"
    assert told["links"]["airflow_run"] == run


def test_a_finished_episode(
    facade: Facade, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    made = finish(connection, facade.settings, workflow_id)
    answer = ada.get(f"/api/v1/podcasts/{workflow_id}")
    told = answer.json()
    assert "Retry-After" not in answer.headers
    assert (told["status"], told["title"]) == ("COMPLETED", "Twice a day: the sea’s clock")
    assert (told["duration_seconds"], told["quality"]) == (183.4, {"loudness": -16.1})
    assert told["script"]["complete"]
    assert told["script"]["summary"] == "About tides."
    [part] = told["script"]["parts"]
    [line] = [line for line in part["lines"] if line["kind"] == "fact"]
    assert (line["start_seconds"], line["end_seconds"]) == (2.02, 3.52)
    assert part["lines"][0]["start_seconds"] is None
    [cited] = line["citations"]
    assert cited["quote"] == BODY[cited["start"] : cited["end"]] == "the tide turns"
    assert cited["source_id"] == str(made.source_id)
    assert cited["source_title"] == "On tides"
    assert cited["source_url"] == "https://example.org/tides?a=1&b=2"
    [source] = told["sources"]
    assert (source["author"], source["harvested"]) == ("A. Author", True)
    assert set(told["media"]) == {"audio", "episode", "cover"}
    assert told["media"]["audio"]["bytes"] == 640_000
    for name, content in (("episode", b"webm"), ("cover", b"png")):
        fetched = httpx.get(told["media"][name]["url"])
        assert fetched.content == content
        assert fetched.headers["Content-Type"] == told["media"][name]["media_type"]
    assert "media:///" not in answer.text
    assert "gs://" not in answer.text


def test_an_expired_stream_leaves_the_episode_and_its_times(
    facade: Facade, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    finish(connection, facade.settings, workflow_id)
    page = f"/api/v1/podcasts/{workflow_id}"
    before = ada.get(page)
    connection.execute(
        """WITH ended AS (
               UPDATE workflow_instances SET end_timestamp = now() - interval '8 days',
                      overall_status = 'completed' WHERE workflow_id = %(w)s)
           UPDATE streams SET status = 'ended', expires_at = now() - interval '2 days'
           WHERE workflow_id = %(w)s""",
        {"w": workflow_id},
    )
    fresh = ada.get(page, headers={"If-None-Match": before.headers["ETag"]})
    assert fresh.json()["stream"]["status"] == "ended"
    swept = Statement("housekeeping/expire_streams", Removed)
    gone = swept.one(connection, stream_seconds=86_400, most=50)
    assert gone is not None
    assert gone.removed == 1
    after = ada.get(page, headers={"If-None-Match": fresh.headers["ETag"]})
    told = after.json()
    assert told["stream"]["status"] == "expired"
    assert told["media"].keys() == {"audio", "episode", "cover"}
    assert httpx.get(told["media"]["audio"]["url"]).status_code == 200
    [line] = [line for line in told["script"]["parts"][0]["lines"] if line["kind"] == "fact"]
    assert line["start_seconds"] == 2.02


def test_a_failure_is_told_in_words(
    ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    error = {"type": "NoMaterial", "message": "Nothing was found on this topic.", "trace": "x.py"}
    start_task(connection, workflow_id, 0, ("wcha", "harvest"), "failed", error=error)
    connection.execute(
        "UPDATE podcasts SET status = 'FAILED', error = 'Nothing was found on this topic.'"
    )
    answer = ada.get(f"/api/v1/podcasts/{workflow_id}")
    told = answer.json()
    assert told["status"] == "FAILED"
    assert told["error"] == "Nothing was found on this topic."
    assert told["agents"][0]["error"] == "Nothing was found on this topic."
    assert "x.py" not in answer.text


def test_any_flow_has_a_state(ada: httpx.Client, connection: Connection, workflow_id: UUID) -> None:
    start_task(connection, workflow_id, 0, ("wcha", "harvest"), "in_progress")
    told = ada.get(f"/api/v1/workflows/{workflow_id}").json()
    assert told["status"] == "pending"
    assert told["trigger"] == "podcast_request"
    assert told["dag_run_id"] == f"podcast__{workflow_id}"
    assert told["airflow_run"].endswith(told["dag_run_id"])
    assert [task["task"] for task in told["tasks"]] == ["harvest"]


def test_another_callers_things_are_not_there(
    facade: Facade, bob: httpx.Client, ada: httpx.Client, connection: Connection, workflow_id: UUID
) -> None:
    finish(connection, facade.settings, workflow_id)
    [source] = ada.get(f"/api/v1/podcasts/{workflow_id}").json()["sources"]
    never = UUID(int=workflow_id.int ^ 1)
    for path in ("/api/v1/podcasts/{}", "/api/v1/workflows/{}", "/episodes/{}"):
        assert ada.get(path.format(workflow_id)).status_code == 200
        theirs, nobodys = bob.get(path.format(workflow_id)), bob.get(path.format(never))
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
    mine = ask_podcast(ada, sources=[{"source_id": source["source_id"]}])
    assert mine.status_code == 202
    theirs = ask_podcast(bob, sources=[{"source_id": source["source_id"]}])
    nobodys = ask_podcast(bob, sources=[{"source_id": str(never)}])
    assert theirs.status_code == nobodys.status_code == 422
    assert theirs.content == nobodys.content
