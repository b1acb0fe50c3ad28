"""The task paints once, keeps once, and says where."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.idempotency import Completed, Failed
from agents.iga.task import generate_image
from agents.process import Process
from tests.agents.core.conftest import Arrive, Record

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def _no_objects(connection: Connection) -> None:
    connection.execute("DELETE FROM media_objects")


def test_a_cover_is_painted_kept_and_recorded(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any],
    process: Process, workflow_id: UUID,
) -> None:  # fmt: skip
    task_id = record(generate_image, {**asked, "prompt": "the sea", "title": "Tides"})
    ending = arrive(generate_image, task_id)
    assert isinstance(ending, Completed)
    made = ending.result
    assert (made["width"], made["height"]) == (1400, 1400)
    assert process.media.read(made["image_url"])[:3] == b"\xff\xd8\xff"
    rows = connection.execute(
        "SELECT uri, workflow_id, media_type, bytes, stored_at IS NOT NULL FROM media_objects"
    ).fetchall()
    size = process.media.size(made["image_url"])
    assert rows == [(made["image_url"], workflow_id, "image/jpeg", size, True)]
    ledger = connection.execute("SELECT kind, model, outcome FROM call_ledger").fetchall()
    assert ledger == [("image", "procedural-1", "completed")]
    told = connection.execute("SELECT progress FROM agent_dispatches").fetchall()
    assert told == [({"done": 1, "total": 1, "unit": "pictures"},)]


def test_a_second_generation_reuses_the_picture(
    connection: Connection, record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    order = {"prompt": "the sea", "aspect_ratio": "16:9", "title": "Tides"}
    first = arrive(generate_image, record(generate_image, {**asked, **order}))
    again = {**asked, **order, "idempotency_key": "another generation"}
    second = arrive(generate_image, record(generate_image, again))
    assert isinstance(first, Completed)
    assert first == second
    outcomes = connection.execute("SELECT outcome FROM call_ledger ORDER BY call_id").fetchall()
    assert [row[0] for row in outcomes] == ["completed", "reused"]


def test_an_unknown_shape_is_refused_for_good(
    record: Record, arrive: Arrive, asked: dict[str, Any]
) -> None:
    task_id = record(generate_image, {**asked, "prompt": "x", "aspect_ratio": "7:1"})
    ending = arrive(generate_image, task_id)
    assert isinstance(ending, Failed)
    assert ending.error["retryable"] is False
    assert "aspect_ratio" in ending.error["message"]
