"""An operator's front door: a run started in Airflow's UI is an episode of somebody's."""

from uuid import uuid4

import httpx
import pytest

from plugins.step.place import derived_workflow
from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document, hear
from tests.acceptance.conftest import Stack
from tests.acceptance.interventions import DAG, Work
from tests.acceptance.test_requests import BRIEF

pytestmark = pytest.mark.acceptance


def press(stack: Stack, conf: Document, run_id: str | None = None) -> httpx.Response:
    """What the UI's button sends."""
    body: Document = {"logical_date": None, "conf": conf}
    if run_id is not None:
        body["dag_run_id"] = run_id
    return Airflow(stack).client.post(f"{DAG}/dagRuns", json=body)


class Started(Work):
    """A podcast whose run was started in Airflow."""

    name: str

    @property
    def run_id(self) -> str:
        return self.name


@pytest.fixture(scope="module")
def started(stack: Stack, caller: Caller) -> Started:
    """An episode from a topic, and no word more."""
    answer = press(stack, {"topic": BRIEF["topic"], "preferences": BRIEF["user_preferences"]})
    assert answer.status_code == 200, answer.text
    run_id = answer.json()["dag_run_id"]
    made = Started(stack, caller, str(derived_workflow("podcast", run_id)))
    made.name = run_id
    made.wait_until(
        lambda: caller.client.get(f"/api/v1/podcasts/{made.podcast_id}").status_code == 200
    )
    return made


def test_its_owner_sees_and_hears_it(stack: Stack, caller: Caller, started: Started) -> None:
    ended = started.finish()
    listed = caller.client.get("/api/v1/podcasts").json()
    entry = next(each for each in listed["podcasts"] if each["podcast_id"] == started.podcast_id)
    assert entry["status"] == "COMPLETED"
    assert ended["topic"] == BRIEF["topic"]
    assert ended["script"]["complete"]
    heard = hear(ended["stream"]["websocket_url"])
    assert heard.end["type"] == "stream_end"
    assert heard.sha256 == heard.end["sha256"]
    workflow = caller.client.get(f"/api/v1/workflows/{started.podcast_id}").json()
    assert workflow["trigger"] == "operator"
    assert workflow["dag_run_id"] == started.run_id


def test_a_stranger_does_not(stranger: Caller, started: Started) -> None:
    for path in ("podcasts", "workflows"):
        answer = stranger.client.get(f"/api/v1/{path}/{started.podcast_id}")
        assert answer.status_code == 404


def test_its_note_and_links_open_for_a_person(stack: Stack, started: Started) -> None:
    started.finish()
    note = started.note()
    assert "completed." in note
    assert "forge_voice (VFA): completed" in note
    assert "calls" in note
    tasks = f"{started.run}/taskInstances"
    for task_id, anchor in (
        ("harvest", "steps"),
        ("weave_script", "step-weave_script"),
        ("publish", "steps"),
    ):
        links = started.airflow.get(f"{tasks}/{task_id}/links")["extra_links"]
        assert links, task_id
        for name, url in links.items():
            page = httpx.get(url, follow_redirects=False)
            assert page.status_code == 200, (name, url)
            assert page.headers["Content-Type"].startswith("text/html")
        assert any(url.endswith(f"#{anchor}") for url in links.values())


@pytest.mark.parametrize(
    "conf",
    [
        {},
        {"topic": ""},
        {"topic": " "},
        {"topic": "x" * 10_000},
        {"topic": "Tea\u0007"},
        {"topic": "Tea", "preferences": {"colour": "red"}},
        {"topic": "Tea", "preferences": {"length_minutes": 300}},
        {"topic": "Tea", "workflow_id": "no uuid"},
    ],
)
def test_a_run_that_asks_for_nonsense_is_refused(stack: Stack, conf: Document) -> None:
    answer = press(stack, conf)
    assert answer.status_code in (400, 422), answer.text
    assert len(answer.json()["detail"]) > 0


def test_a_topic_that_nobody_knows_fails_early_with_a_sentence(
    stack: Stack, caller: Caller
) -> None:
    answer = press(stack, {"topic": "qzxv wkrjt plmnh"}, f"manual__{uuid4()}")
    assert answer.status_code == 200, answer.text
    podcast_id = str(derived_workflow("podcast", answer.json()["dag_run_id"]))
    work = Started(stack, caller, podcast_id)
    work.name = answer.json()["dag_run_id"]
    work.wait_until(lambda: caller.client.get(f"/api/v1/podcasts/{podcast_id}").status_code == 200)
    ended = work.finish("FAILED")
    assert ended["error"].startswith("The sources could not be used: ")
    assert work.rows("SELECT 1 FROM agent_dispatches WHERE workflow_id = %(id)s") == []
    assert ended["error"][:200] in work.note()


def test_publishing_again_changes_nothing(started: Started) -> None:
    before = started.finish()
    started.clear("publish")
    after = started.finish()
    assert after["media"]["audio"]["bytes"] == before["media"]["audio"]["bytes"]
    assert [row["generation"] for row in started.steps("publish")] == [0, 1]
    assert len(started.steps("forge_voice")) == 1


def test_a_script_cleared_alone_is_spoken_anew(started: Started) -> None:
    before = started.stream()["revision"]
    started.clear("weave_script")
    started.finish()
    writer, voice = (started.steps(task)[-1] for task in ("weave_script", "forge_voice"))
    assert writer["generation"] < voice["generation"]
    assert voice["input_params"]["revision"] == writer["generation"]
    assert started.stream()["revision"] == before + 1
    assert started.calls_made_twice() == []


def test_a_run_cleared_whole_is_published_anew(started: Started, caller: Caller) -> None:
    old = caller.status(started.podcast_id)["media"]["audio"]["url"]
    before = started.stream()["revision"]
    answer = started.airflow.client.post(f"{started.run}/clear", json={"dry_run": False})
    assert answer.status_code == 200, answer.text
    ended = started.finish()
    assert started.stream()["revision"] == before + 1
    assert started.calls_made_twice() == []
    for url in (old, ended["media"]["audio"]["url"]):
        assert httpx.get(httpx.URL(caller.facade).join(url)).status_code == 200
