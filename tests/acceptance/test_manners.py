"""A person's browser at the running stack, and what Airflow knows of a request."""

import re

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller
from tests.acceptance.conftest import Stack
from tests.acceptance.interventions import PATIENCE
from tests.acceptance.test_requests import BRIEF
from tests.agents.processes import until

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_the_link_that_make_up_prints_signs_a_browser_in(stack: Stack, caller: Caller) -> None:
    up = stack.local("up")
    assert up.returncode == 0, up.stdout + up.stderr
    last = up.stdout.rstrip().splitlines()[-1]
    found = re.fullmatch(rf"Sign in +({re.escape(stack.facade)}/login\?code=\S+)", last)
    assert found, up.stdout
    mine = caller.client.get("/api/v1/podcasts").json()
    with httpx.Client(base_url=stack.facade, headers={"Origin": stack.facade}) as browser:
        page = browser.get(found[1])
        assert page.status_code == 200
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        signed_in = browser.post("/login", data=form)
        assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/")
        landing = browser.get("/")
        assert landing.status_code == 200
        assert landing.text.count("<article") >= 6, "there are cards on it"
        assert browser.get("/api/v1/podcasts").json() == mine
        assert browser.post("/login", data=form).status_code == 403
        assert browser.post("/logout").status_code == 303
        assert browser.get("/api/v1/podcasts").status_code == 401


def test_a_run_in_airflow_knows_the_request_behind_it(stack: Stack, caller: Caller) -> None:
    headers = {
        "X-Idempotency-Key": "manners-1", "X-Workflow-ID": "order 7", "X-Request-ID": "manners.r",
        "traceparent": TRACE,
    }  # fmt: skip
    answer = caller.client.post("/api/v1/podcasts", json=BRIEF, headers=headers)
    assert answer.status_code == 202, answer.text
    accepted = answer.json()
    airflow = Airflow(stack)
    path = f"/api/v2/dags/podcast/dagRuns/podcast__{accepted['workflow_id']}"

    def triggered() -> bool:
        workflow = caller.client.get(f"/api/v1/workflows/{accepted['workflow_id']}").json()
        return bool(workflow["triggered_at"])

    until(triggered, PATIENCE)
    conf = airflow.get(path)["conf"]
    assert conf["client_workflow_id"] == "order 7"
    assert conf["client_idempotency_key"] == "manners-1"
    assert conf["request_id"] == "manners.r"
    assert conf["traceparent"] == TRACE
    listen_as_a_page(stack, accepted["websocket_url"])
    until(lambda: "order 7" in agents_said(stack, accepted["workflow_id"]), PATIENCE)
    assert caller.client.delete(answer.headers["Location"]).status_code == 200
    until(lambda: airflow.get(path)["state"] == "failed", PATIENCE)


def listen_as_a_page(stack: Stack, websocket_url: str) -> None:
    """The facade's own page may open the stream, and another site's may not."""
    with connect(websocket_url, origin=Origin(stack.facade), proxy=None):
        pass
    with pytest.raises(InvalidStatus) as refused:
        connect(websocket_url, origin=Origin("https://evil.example"), proxy=None)
    assert refused.value.response.status_code == 403


def agents_said(stack: Stack, workflow_id: str) -> str:
    """The agents' log lines about a workflow."""
    logs = (stack.root / ".aethercast" / "logs").glob("worker-*.log")
    lines = "\n".join(log.read_text(errors="replace") for log in logs).splitlines()
    return "\n".join(line for line in lines if workflow_id in line and "client_workflow_id" in line)
