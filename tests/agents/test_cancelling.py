"""Whoever cancels an agent in the midst of a model's call is obeyed within seconds: the call is
given up, and no other one is begun."""

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents import dispatch
from agents.iga.task import generate_image
from agents.process import Process
from agents.pswa.task import weave_script
from agents.task import AgentTask
from agents.vfa.task import forge_voice
from tests.agents.conftest import point_to
from tests.agents.processes import Stack, until
from tests.agents.slow_models import SlowModels, quiet, serve_slowly

Connection = psycopg.Connection[Any]
OBEYED_WITHIN = 5.0


@pytest.fixture
def models() -> Iterator[SlowModels]:
    with serve_slowly() as slow:
        yield slow


@pytest.fixture
def slow(process: Process, models: SlowModels) -> Process:
    """A worker's process whose model service never answers."""
    return replace(process, settings=process.settings.model_copy(update={"aims_url": models.url}))


@pytest.fixture(params=["away", "hanging"])
def dead_broker(request: pytest.FixtureRequest, broker: str) -> Iterator[str]:
    """A broker's address where nobody listens, or where somebody does and says nothing."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        if request.param == "hanging":
            deaf.listen(8)
        url = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        point_to(url)
        yield url


def begin(
    connection: Connection, process: Process, task: AgentTask, kwargs: dict[str, Any]
) -> tuple[UUID, threading.Thread, list[Any]]:
    """Let a task run on a thread, as a worker would."""
    with connection.transaction():
        task_id = dispatch.record(connection, task.name, kwargs).task_id
    endings: list[Any] = []
    thread = threading.Thread(target=lambda: endings.append(task.perform(process, task_id, kwargs)))
    thread.start()
    return task_id, thread, endings


def cancel(connection: Connection, task_id: UUID, thread: threading.Thread) -> None:
    """Cancel, and see that the task lets go in time."""
    assert dispatch.cancel(connection, task_id)
    thread.join(OBEYED_WITHIN)
    assert not thread.is_alive()


def outcomes(connection: Connection) -> set[str]:
    rows = connection.execute("SELECT DISTINCT outcome FROM call_ledger").fetchall()
    return {str(row[0]) for row in rows}


def named(workflow_id: UUID, **more: Any) -> dict[str, Any]:
    return {"idempotency_key": "the key", "workflow_id": str(workflow_id), **more}


def test_the_writer_gives_up_the_text_it_waits_for(
    connection: Connection, broker: str, slow: Process, models: SlowModels, workflow_id: UUID
) -> None:
    kwargs = a_script(connection, workflow_id)
    task_id, thread, endings = begin(connection, slow, weave_script, kwargs)
    until(lambda: models.calls() == ["POST /v1/generate"])
    cancel(connection, task_id, thread)
    assert endings == [None]
    models.open.set()  # the service now refuses in a way that invites to ask again
    assert quiet(models) == []
    assert outcomes(connection) == {"failed"}


def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_model(
    connection: Connection, stack: Stack, models: SlowModels, workflow_id: UUID
) -> None:
    stack.env["AETHERCAST_AIMS_URL"] = models.url
    worker = stack.worker("agents.pswa.task", "pswa")
    dispatch.submit(connection, "pswa.weave_script", a_script(connection, workflow_id))
    until(models.calls)
    worker.terminate()
    assert worker.wait(30) == 0
    held = connection.execute(
        "SELECT attempts, lease_expires_at <= clock_timestamp() FROM idempotency_keys"
    ).fetchall()
    assert held == [(0, True)], "the key was not handed back"


def test_the_voice_withdraws_the_lines_it_waits_for(
    connection: Connection, broker: str, slow: Process, models: SlowModels, workflow_id: UUID
) -> None:
    script_id, stream_id = uuid.uuid4(), uuid.uuid4()
    begin_script(connection, workflow_id, script_id, stream_id)
    kwargs = named(
        workflow_id, script_id=str(script_id), revision=0, stream_id=str(stream_id), voice_params={}
    )
    task_id, thread, endings = begin(connection, slow, forge_voice, kwargs)
    until(lambda: len(models.calls()) == 8)
    cancel(connection, task_id, thread)
    assert endings == [None]
    until(lambda: len(models.withdrawn()) == 8, seconds=OBEYED_WITHIN)
    assert quiet(models) == []
    assert len(models.calls()) == 8
    assert outcomes(connection) == {"failed"}


def test_the_painter_gives_up_the_picture_it_waits_for(
    connection: Connection,
    broker: str,
    slow: Process,
    models: SlowModels,
    workflow_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "IMAGE_BACKEND": "vertex", "VERTEX_URL": models.url, "VERTEX_PROJECT": "ours",
        "VERTEX_ACCESS_TOKEN": "token",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"AETHERCAST_{name}", value)
    task_id, thread, endings = begin(
        connection, slow, generate_image, named(workflow_id, prompt="a mill")
    )
    until(lambda: len(models.calls()) == 1)
    cancel(connection, task_id, thread)
    assert endings == [None]
    models.open.set()
    assert quiet(models) == []
    assert outcomes(connection) == {"failed"}


def test_a_broker_that_hangs_or_is_away_does_not_hold_up_a_cancellation(
    connection: Connection, dead_broker: str, workflow_id: UUID
) -> None:
    with connection.transaction():
        sent = dispatch.record(connection, "probe.count", named(workflow_id))
    began = time.monotonic()
    assert dispatch.cancel(connection, sent.task_id)
    assert time.monotonic() - began < OBEYED_WITHIN
    rows = connection.execute("SELECT status FROM agent_dispatches").fetchall()
    assert rows == [("REVOKED",)]


def a_script(connection: Connection, workflow_id: UUID) -> dict[str, Any]:
    """What the writer is asked for: a script of one source."""
    source_id = uuid.uuid4()
    connection.execute(
        "INSERT INTO sources (source_id, kind, title, body) VALUES (%s, 'text', 'Mills', %s)",
        (source_id, "The mill at Corran was built in 1740. " * 40),
    )
    return named(
        workflow_id, script_id=str(uuid.uuid4()), revision=0, topic="Mills",
        source_ids=[str(source_id)], preferences={"length_minutes": 1},
    )  # fmt: skip


def begin_script(
    connection: Connection, workflow_id: UUID, script_id: UUID, stream_id: UUID
) -> None:
    """A part of ten lines, and the stream it is spoken into."""
    lines = [
        {"line_id": f"0.{n}", "speaker": "host_a", "kind": "connective", "text": f"Line {n}.",
         "citations": []}
        for n in range(10)
    ]  # fmt: skip
    connection.execute(
        "INSERT INTO streams (stream_id, workflow_id) VALUES (%s, %s)", (stream_id, workflow_id)
    )
    connection.execute(
        "INSERT INTO generated_scripts (script_id, workflow_id, topic_hash) VALUES (%s, %s, 'x')",
        (script_id, workflow_id),
    )
    connection.execute(
        "INSERT INTO script_parts VALUES (%s, 0, 0, 'A part', %s)", (script_id, Jsonb(lines))
    )
