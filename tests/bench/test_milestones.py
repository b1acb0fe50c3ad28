"""Where the time went is read from rows as agents and operators leave them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from agents.hold import Hold
from agents.journal.journal import Journal
from agents.vfa.speaking import KIND
from tests.bench.first_audio import Run, judge, spread
from tests.bench.milestones import PHASES, BorrowedLine, Way
from tests.bench.queries import read_query
from tests.bench.running import Asked

Connection = psycopg.Connection[tuple[object, ...]]
BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINE = "Tides are the sea's own clock."
JOURNAL = Journal(cast(Hold, None), None)  # it only hashes here
AT_WORK, MILESTONES = read_query("at_work"), read_query("milestones")


def at(tenths: int) -> datetime:
    """So many tenths of a second after the beginning."""
    return BEGAN + timedelta(seconds=tenths / 10)


@pytest.fixture
def workflow_id(connection: Connection) -> UUID:
    """A podcast whose first line was asked for at 0, accepted at 0.1 and recorded at 0.8."""
    flow, stream, script = uuid4(), uuid4(), uuid4()

    def put(table: str, **columns: Any) -> None:
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        query = f"INSERT INTO {table} ({names}) VALUES ({places})"
        connection.execute(query.encode(), list(columns.values()))

    with connection.transaction():
        put("workflow_instances", workflow_id=flow, trigger_event_type="podcast_request",
            dag_id="podcast", dag_run_id="r", start_timestamp=at(1))  # fmt: skip
        put("streams", stream_id=stream, workflow_id=flow)
        put("podcasts", podcast_id=flow, topic="t", script_id=script, stream_id=stream)
    put("generated_scripts", script_id=script, workflow_id=flow, topic_hash="h")
    line = {"line_id": "0.0", "text": LINE, "speaker": "host_a"}
    put("script_parts", script_id=script, revision=0, position=0, heading="h", created_at=at(5),
        lines=Jsonb([line]))  # fmt: skip
    put("task_instances", workflow_id=flow, agent_name="WCHA", airflow_task_id="harvest",
        task_order=0, start_timestamp=at(2), end_timestamp=at(3))  # fmt: skip
    for name in ("pswa.weave_script", "vfa.forge_voice"):
        put("agent_dispatches", task_id=uuid4(), idempotency_key=name, task_name=name,
            workflow_id=flow, queue="q", kwargs=Jsonb({"voice_params": {"host_a": "bella"}}),
            created_at=at(3), started_at=at(4))  # fmt: skip
    for text, ended in ((LINE[::-1], 6), (LINE, 7)):
        inputs = {"text": text, "voice": "bella", "rate": 1.0}
        put("call_ledger", call_key=JOURNAL.key_of(KIND, inputs, "m"), kind="speech", model="m",
            workflow_id=flow, fence=1,
            task_name="vfa.forge_voice", idempotency_key="k", outcome="completed",
            units=Jsonb({"characters": len(text)}), started_at=at(6),
            finished_at=at(ended))  # fmt: skip
    for position, line_id in enumerate((None, "0.0")):
        put("media_objects", uri=f"media:///{position}", media_type="audio/webm")
        put("stream_segments", stream_id=stream, revision=0, position=position, line_id=line_id,
            uri=f"media:///{position}", first_byte=100 * position, bytes=100, first_frame=0,
            frames=position, sha256="x", fence=1, created_at=at(8))  # fmt: skip
    return flow


def read(connection: Connection, workflow_id: UUID) -> dict[str, Any] | None:
    """The milestones."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(MILESTONES.encode(), {"workflow_id": workflow_id}).fetchone()


def way(connection: Connection, workflow_id: UUID, heard_byte: int = 150) -> Way:
    """The way to a first audio at 0.9."""
    asked = Asked(str(workflow_id), "ws://", at(0).timestamp(), at(2).timestamp())
    row = read(connection, workflow_id)
    assert row is not None
    return Way.read(asked, at(9).timestamp(), heard_byte, row)


def test_the_phases_join_up_from_the_request_to_the_first_audio(
    connection: Connection, workflow_id: UUID
) -> None:
    assert all(one[1] == following[0] for one, following in pairwise(PHASES.values()))
    found = way(connection, workflow_id)
    assert found.first_audio == pytest.approx(0.9)
    assert found.after_voice == pytest.approx(0.5)
    assert list(found.phases.values()) == pytest.approx([0.1] * len(PHASES), abs=1e-3)
    assert found.text == LINE


def test_a_call_for_another_text_is_not_the_line_s_however_long(
    connection: Connection, workflow_id: UUID
) -> None:
    wrong = JOURNAL.key_of(KIND, {"text": LINE[::-1], "voice": "bella", "rate": 1.0}, "m")
    connection.execute("UPDATE call_ledger SET call_key = %s", (wrong,))
    with pytest.raises(BorrowedLine):
        way(connection, workflow_id)


def test_a_line_that_was_not_spoken_for_this_episode_is_none(
    connection: Connection, workflow_id: UUID
) -> None:
    connection.execute("UPDATE call_ledger SET outcome = 'reused', units = '{}'")
    assert read(connection, workflow_id) is None


def test_what_was_heard_must_be_the_script_s_first_line(
    connection: Connection, workflow_id: UUID
) -> None:
    for byte in (100, 201):
        with pytest.raises(BorrowedLine):
            way(connection, workflow_id, byte)
    connection.execute("UPDATE stream_segments SET line_id = 'jingle' WHERE position = 1")
    with pytest.raises(BorrowedLine):
        way(connection, workflow_id)


def test_a_workflow_that_is_stopped_is_at_work_until_its_run_has_ended(
    connection: Connection, workflow_id: UUID
) -> None:
    connection.execute("UPDATE agent_dispatches SET status = 'REVOKED'")
    for change, at_work in (
        ("overall_status = 'in_progress'", True),
        ("overall_status = 'cancelled', end_timestamp = now()", True),
        ("run_ended_for = end_timestamp", False),
    ):
        connection.execute(f"UPDATE workflow_instances SET {change}".encode())
        assert connection.execute(AT_WORK.encode()).fetchone() == (at_work,)


def test_what_was_promised_is_judged_over_all_runs(
    connection: Connection, workflow_id: UUID
) -> None:
    one = way(connection, workflow_id)
    assert judge([Run("t", one, 0.1, None)]) == []
    late = Way(one.moments | {"heard": one.moments["heard"] + 9}, "Another.", "host_a", 0, 1)
    runs = [Run("t", one, None, None)] * 2 + [Run("u", late, 0.9, None)] * 3
    assert len(judge(runs)) == 5


def test_runs_are_picked_evenly() -> None:
    assert spread(3, 21) == {0, 10, 20}
    assert spread(0, 20) == set()
    assert spread(9, 2) == {0, 1}
