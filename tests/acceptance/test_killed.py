"""``kill -9`` of every part in mid-use: no workflow is lost and no finished model call repeated.

Several podcasts are under way while one part after the other is killed, each at a moment when it
is at work for them. These tests come last: the stack is well again behind them.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document
from tests.acceptance.conftest import Stack
from tests.acceptance.faithful import Faithful
from tests.acceptance.killing import Parts, wait_for

TOPICS = iter((
    "What the octopus knows", "How the piano found its hammers", "How GPS knows where you are",
    "How sailors found their longitude", "Why the sea has tides", "How honeybees agree",
    "How the Rosetta Stone was read", "Where Voyager is now", "How smallpox ended",
    "Why the sky is blue", "What the Eiffel Tower was for", "How the printing press spread",
    "How the shipping container changed trade", "The year without a summer", "What a barcode says",
))  # fmt: skip


@dataclass
class Flows:
    """Podcasts under way, as their owner, the tables and Airflow see them."""

    stack: Stack
    parts: Parts
    caller: Caller
    asked: list[str] = field(default_factory=list)
    websockets: dict[str, str] = field(default_factory=dict)
    listeners: dict[str, Faithful] = field(default_factory=dict)
    interrupted: list[tuple[str, str]] = field(default_factory=list)
    """Podcasts and tasks whose worker was killed in their midst."""

    def ask(self) -> str:
        """Another podcast."""
        body = {"topic": next(TOPICS), "user_preferences": {"length_minutes": 1}}
        answer = self.caller.ask(body)
        assert answer.status_code == 202, answer.text
        accepted = answer.json()
        self.asked.append(accepted["podcast_id"])
        self.websockets[accepted["podcast_id"]] = accepted["websocket_url"]
        return self.asked[-1]

    def listen(self, podcast_id: str) -> Faithful:
        """Listen to one from its beginning."""
        self.listeners[podcast_id] = Faithful(self.websockets[podcast_id])
        self.listeners[podcast_id].start()
        return self.listeners[podcast_id]

    def find(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows of the stack's database. ``%(ids)s`` are all podcasts asked for."""
        with psycopg.connect(self.stack.database_url, connect_timeout=5) as connection:
            return connection.execute(query.encode(), {"ids": self.asked, **values}).fetchall()

    def at_work(self, task: str, podcast_id: str) -> bool:
        """Whether an agent is at work on a podcast."""
        query = """SELECT 1 FROM agent_dispatches
            WHERE workflow_id = %(id)s AND task_name = %(task)s AND status = 'STARTED'"""
        return bool(self.find(query, id=podcast_id, task=task))

    def speaking(self) -> bool:
        """Whether a line is being spoken at this moment."""
        query = """SELECT 1 FROM call_ledger WHERE kind = 'speech' AND outcome = 'started'
            AND workflow_id = ANY (%(ids)s::uuid[])"""
        return bool(self.find(query))

    def recorded(self, podcast_id: str) -> int:
        """How many lines of an open stream can be heard."""
        query = """SELECT count(line_id) FROM stream_segments JOIN streams USING (stream_id)
            WHERE workflow_id = %(id)s AND status = 'open'"""
        return int(self.find(query, id=podcast_id)[0][0])

    def deferred(self) -> bool:
        """Whether the triggerer waits for an agent."""
        states = "state=deferred&limit=100"
        path = f"/api/v2/dags/podcast/dagRuns/~/taskInstances?{states}"
        return bool(Airflow(self.stack).get(path)["task_instances"])

    def keep_busy(self) -> None:
        """See that a voice has something to say for a while."""
        query = """SELECT 1 FROM podcasts JOIN streams USING (stream_id)
            WHERE podcast_id = ANY (%(ids)s::uuid[]) AND podcasts.status = 'GENERATING'
              AND streams.status = 'open' AND streams.bytes < 400000"""
        if not self.find(query):
            self.ask()


@pytest.fixture(scope="module")
def flows(stack: Stack) -> Iterator[Flows]:
    """Podcasts of a caller of their own: nothing is in the journal for them."""
    made = stack.run("-m", "api.token", "--subject", "survivor", "--days", "1")
    caller = Caller(stack.facade, made.stdout.strip())
    parts = Parts(stack)
    yield Flows(stack, parts, caller)
    print("\nseconds from the kill to health:", json.dumps(parts.took))


def test_kill_9_of_the_stream_feeder(flows: Flows) -> None:
    podcast_id = flows.ask()
    listener = flows.listen(podcast_id)
    wait_for(lambda: listener.connected and flows.recorded(podcast_id) >= 2, "something to hear")
    wait_for(lambda: len(listener.audio) > 10_000, "something heard")
    flows.parts.kill("asf")
    wait_for(lambda: listener.cut_off and listener.returned, "the listener's return")


@pytest.mark.parametrize(
    ("worker", "task"),
    [("worker-pswa", "pswa.weave_script"), ("worker-iga", "iga.generate_image")],
)
def test_kill_9_of_a_worker_whose_task_takes_a_second(flows: Flows, worker: str, task: str) -> None:
    podcast_id = flows.ask()
    flows.parts.kill(worker, when=partial(flows.at_work, task, podcast_id))
    flows.interrupted.append((podcast_id, task))


def test_kill_9_of_the_voice_worker(flows: Flows) -> None:
    flows.keep_busy()
    wait_for(lambda: any(flows.recorded(one) >= 2 for one in flows.asked), "a voice at work")
    wait_for(flows.speaking, "a line at work", nap=0.01)
    flows.parts.kill("worker-vfa")


def test_kill_9_of_the_model_service(flows: Flows) -> None:
    flows.keep_busy()
    wait_for(flows.speaking, "a line at work", nap=0.01)
    flows.parts.kill("aims")


def test_kill_9_of_the_task_status_service(flows: Flows) -> None:
    flows.keep_busy()
    wait_for(lambda: flows.parts.connections("agents"), "somebody who waits for a task")
    flows.parts.kill("agents")


@pytest.mark.parametrize(
    "part",
    ["airflow-triggerer", "airflow-scheduler", "airflow-dag-processor", "airflow-api-server"],
)
def test_kill_9_of_a_part_of_airflow(flows: Flows, part: str) -> None:
    flows.keep_busy()
    wait_for(flows.deferred, "a task that is deferred", nap=0.5)
    flows.parts.kill(part)


def test_kill_9_of_the_facade_before_its_answer_came(flows: Flows) -> None:
    """Whoever got no answer asks again under the same key, and has one podcast."""
    key = str(uuid4())
    body = {"topic": next(TOPICS), "user_preferences": {"length_minutes": 1}}
    accepted = "SELECT workflow_id FROM workflow_instances WHERE client_idempotency_key = %(key)s"
    with send_and_read_nothing(flows.caller, body, key):
        wait_for(lambda: flows.find(accepted, key=key), "the podcast's rows", nap=0.002)
        flows.parts.kill("facade")
    answer = flows.caller.ask(body, key)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Idempotent-Replayed"] == "true"
    found = flows.find(accepted, key=key)
    assert [str(row[0]) for row in found] == [answer.json()["workflow_id"]]
    flows.asked.append(answer.json()["workflow_id"])


@pytest.mark.parametrize("server", ["redis", "postgres"])
def test_kill_9_of_a_server(flows: Flows, server: str) -> None:
    flows.keep_busy()
    wait_for(flows.speaking, "a line at work", nap=0.01)
    flows.parts.kill(server)


def test_every_accepted_podcast_is_completed(flows: Flows) -> None:
    ended = {one: wait_for(partial(over, flows, one), one, 400, nap=1) for one in flows.asked}
    assert {one: (end["status"], end["error"]) for one, end in ended.items()} == dict.fromkeys(
        flows.asked, ("COMPLETED", None)
    )
    attempts = (
        "SELECT attempts FROM idempotency_keys WHERE workflow_id = %(id)s AND task_name = %(t)s"
    )
    for podcast_id, task in flows.interrupted:
        assert flows.find(attempts, id=podcast_id, t=task) > [(1,)], f"{task} was not interrupted"


def test_no_finished_call_was_made_again(flows: Flows) -> None:
    """Two podcasts may ask for one line at once, and share it; nobody asks for a finished one."""
    again = """SELECT later.kind, later.call_key FROM call_ledger AS first
        JOIN call_ledger AS later USING (call_key)
        WHERE later.workflow_id = ANY (%(ids)s::uuid[]) AND first.outcome = 'completed'
          AND later.outcome <> 'reused' AND later.started_at > first.finished_at"""
    assert flows.find(again) == []
    recorded = """SELECT workflow_id, line_id FROM stream_segments JOIN streams USING (stream_id)
        WHERE workflow_id = ANY (%(ids)s::uuid[]) AND line_id IS NOT NULL
        GROUP BY 1, 2 HAVING count(*) > 1"""
    assert flows.find(recorded) == []
    counted = "SELECT count(*) FROM call_ledger WHERE workflow_id = ANY (%(ids)s::uuid[])"
    assert flows.find(counted)[0][0] > len(flows.asked)


def test_whoever_listened_heard_every_byte(flows: Flows) -> None:
    for podcast_id, listener in flows.listeners.items():
        listener.join(60)
        assert listener.end is not None
        assert listener.end["type"] == "stream_end", listener.end
        (row,) = flows.find("SELECT sha256 FROM streams WHERE workflow_id = %(id)s", id=podcast_id)
        assert listener.sha256 == listener.end["sha256"] == row[0]
        assert listener.cut_off >= 1


def test_the_stack_is_well_again(flows: Flows, stack: Stack) -> None:
    wait_for(lambda: httpx.get(f"{stack.facade}/readyz", timeout=30).is_success, "a ready chain")
    status = stack.local("status")
    assert status.returncode == 0, status.stdout


def over(flows: Flows, podcast_id: str) -> Document | None:
    """How a podcast ended, if it did; a facade whose database is away says so."""
    answer = flows.caller.client.get(f"/api/v1/podcasts/{podcast_id}")
    assert answer.status_code in (200, 503), answer.text
    status: Document = answer.json()
    return None if status["status"] in ("GENERATING", 503) else status


def send_and_read_nothing(caller: Caller, body: Document, key: str) -> socket.socket:
    """Ask for a podcast and leave before the answer: the open connection."""
    url, content = httpx.URL(caller.facade), json.dumps(body).encode()
    assert url.port
    lines = [
        "POST /api/v1/podcasts HTTP/1.1", f"Host: {url.host}", "Content-Type: application/json",
        f"Content-Length: {len(content)}", f"Authorization: Bearer {caller.token}",
        f"X-Idempotency-Key: {key}", "", "",
    ]  # fmt: skip
    connection = socket.create_connection((url.host, url.port))
    connection.sendall("\r\n".join(lines).encode() + content)
    return connection
