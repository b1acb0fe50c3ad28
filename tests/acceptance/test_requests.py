"""Callers that repeat themselves, contradict themselves, or are somebody else."""

import asyncio
from uuid import uuid4

import httpx

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document
from tests.acceptance.conftest import Stack

BRIEF: Document = {
    "topic": "How coffee conquered the world",
    "user_preferences": {"length_minutes": 1, "format": "brief"},
}


async def post_at_once(stack: Stack, key: str, times: int) -> list[httpx.Response]:
    """The same POST, so many times side by side."""
    headers = {"Authorization": f"Bearer {stack.token}", "X-Idempotency-Key": key}
    limits = httpx.Limits(max_connections=times)
    async with httpx.AsyncClient(base_url=stack.facade, limits=limits, timeout=60) as client:
        posts = (client.post("/api/v1/podcasts", json=BRIEF, headers=headers) for _ in range(times))
        return list(await asyncio.gather(*posts))


def test_200_posts_with_one_key_are_one_podcast(stack: Stack, caller: Caller) -> None:
    key = str(uuid4())
    answers = asyncio.run(post_at_once(stack, key, 200))
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.content for answer in accepted}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in accepted) == 1
    workflow_id = accepted[0].json()["workflow_id"]
    status = caller.wait(workflow_id)
    assert status["status"] == "COMPLETED", status["error"]
    runs = Airflow(stack).get("/api/v2/dags/podcast/dagRuns?limit=100")["dag_runs"]
    assert sum(workflow_id in run["dag_run_id"] for run in runs) == 1
    later = caller.ask(BRIEF, key)
    assert later.content == accepted[0].content
    assert caller.ask({**BRIEF, "topic": "Something else"}, key).status_code == 422


def test_no_key_is_refused(caller: Caller) -> None:
    answer = caller.client.post("/api/v1/podcasts", json=BRIEF)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_topic_of_the_library_needs_no_source(caller: Caller) -> None:
    answer = caller.ask(BRIEF)
    status = caller.wait(answer.json()["podcast_id"])
    assert status["status"] == "COMPLETED", status["error"]
    assert {source["kind"] for source in status["sources"]} == {"library"}
    assert abs(status["duration_seconds"] - 60) <= 9


def test_a_stranger_sees_nothing(stranger: Caller, episode: Document) -> None:
    assert stranger.client.get(f"/api/v1/podcasts/{episode['podcast_id']}").status_code == 404
    body = {**BRIEF, "sources": [{"source_id": episode["sources"][0]["source_id"]}]}
    assert stranger.ask(body).status_code in (404, 422)


def test_an_empty_source_ends_the_flow_early_with_a_sentence(caller: Caller) -> None:
    body = {**BRIEF, "sources": [{"title": "Nothing", "text": "Too short."}]}
    answer = caller.ask(body)
    if answer.status_code == 422:
        return
    status = caller.wait(answer.json()["podcast_id"])
    assert status["status"] == "FAILED"
    assert status["error"]
    assert "Traceback" not in status["error"]
    assert status["media"]["audio"] is None
