"""Events are numbered in the order of the commits, without a gap and without a deadlock."""

import random
import threading
import uuid
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[tuple[Any, ...]]
WRITERS, TRANSACTIONS, WORKFLOWS = 8, 25, 4


def make_workflow(connection: Connection, steps: int = 0) -> UUID:
    """A workflow with its podcast, its stream, its script and so many steps."""
    workflow_id, stream_id, script_id = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    with connection.transaction():
        connection.execute(
            """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)
               VALUES (%s, 'podcast_request', 'podcast', %s)""",
            [workflow_id, str(workflow_id)],
        )
        connection.execute(
            "INSERT INTO streams (stream_id, workflow_id) VALUES (%s, %s)", [stream_id, workflow_id]
        )
        connection.execute(
            """INSERT INTO podcasts (podcast_id, topic, script_id, stream_id)
               VALUES (%s, 't', %s, %s)""",
            [workflow_id, script_id, stream_id],
        )
        connection.execute(
            """INSERT INTO generated_scripts (script_id, workflow_id, topic_hash)
               VALUES (%s, %s, 'h')""",
            [script_id, workflow_id],
        )
        for step in range(steps):
            connection.execute(
                """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order)
                   VALUES (%s, 'a', %s, %s)""",
                [workflow_id, f"step_{step}", step],
            )
    return workflow_id


def events_of(connection: Connection, workflow_id: UUID) -> list[tuple[int, str, dict[str, Any]]]:
    rows = connection.execute(
        "SELECT seq, kind, data FROM workflow_events WHERE workflow_id = %s ORDER BY seq",
        [workflow_id],
    )
    return [(int(str(seq)), str(kind), dict(data)) for seq, kind, data in rows]


def version_of(connection: Connection, workflow_id: UUID) -> tuple[int, int | None] | None:
    row = connection.execute(
        "SELECT version, ended FROM workflow_versions WHERE workflow_id = %s", [workflow_id]
    ).fetchone()
    return None if row is None else (row[0], row[1])


def write_at_random(url: str, workflows: list[UUID], me: int, failures: list[str]) -> None:
    """Transactions over several workflows at once, in any order; each writer has own rows."""
    chance = random.Random(me)
    with psycopg.connect(url) as connection:
        for turn in range(TRANSACTIONS):
            try:
                for workflow_id in chance.sample(workflows, chance.randint(1, len(workflows))):
                    connection.execute(
                        """UPDATE task_instances SET status = %s, retry_count = retry_count + 1
                           WHERE workflow_id = %s AND airflow_task_id = %s""",
                        [chance.choice(["pending", "in_progress"]), workflow_id, f"step_{me}"],
                    )
                    if chance.random() < 0.3:
                        connection.execute(
                            """INSERT INTO script_parts
                               SELECT script_id, 0, %s, 'h', '[]' FROM podcasts
                               WHERE podcast_id = %s""",
                            [me * 1000 + turn, workflow_id],
                        )
                connection.rollback() if chance.random() < 0.2 else connection.commit()
            except psycopg.Error as problem:
                connection.rollback()
                failures.append(repr(problem))


class Reader(threading.Thread):
    """Reads a workflow's events as a client does: what is greater than the last one seen."""

    def __init__(self, url: str, workflow_id: UUID, over: threading.Event) -> None:
        super().__init__()
        self._url, self._workflow_id, self._over = url, workflow_id, over
        self.seen: list[tuple[int, str, dict[str, Any]]] = []

    def run(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            last_look = False
            while not last_look:
                last_look = self._over.is_set()
                last = self.seen[-1][0] if self.seen else 0
                rows = connection.execute(
                    """SELECT seq, kind, data FROM workflow_events
                       WHERE workflow_id = %s AND seq > %s ORDER BY seq""",
                    [self._workflow_id, last],
                )
                self.seen += rows.fetchall()


def test_writers_at_once_never_meet_in_a_deadlock_and_readers_miss_nothing(
    database_url: str, connection: Connection
) -> None:
    workflows = [make_workflow(connection, steps=WRITERS) for _ in range(WORKFLOWS)]
    failures: list[str] = []
    over = threading.Event()
    readers = [Reader(database_url, workflow_id, over) for workflow_id in workflows]
    writers = [
        threading.Thread(target=write_at_random, args=(database_url, workflows, me, failures))
        for me in range(WRITERS)
    ]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for reader, workflow_id in zip(readers, workflows, strict=True):
        reader.join()
        told = events_of(connection, workflow_id)
        assert reader.seen == told
        assert [seq for seq, _, _ in told] == list(range(1, len(told) + 1))
        assert version_of(connection, workflow_id) == (len(told), None)
        assert len(told) > WRITERS * TRANSACTIONS / 4
    assert failures == []


def test_a_transaction_holds_no_workflow_before_it_commits(
    database_url: str, connection: Connection
) -> None:
    """So a step that takes long keeps nobody waiting."""
    workflow_id = make_workflow(connection, steps=2)
    slow = "UPDATE task_instances SET status = %s WHERE airflow_task_id = %s"
    with psycopg.connect(database_url) as other:
        other.execute(slow, ["in_progress", "step_0"])
        connection.execute("SET statement_timeout = '5s'")
        connection.execute(slow, ["in_progress", "step_1"])
        version = version_of(connection, workflow_id)
        assert version is not None
        assert events_of(connection, workflow_id)[-1][2]["task"] == "step_1"
    assert events_of(connection, workflow_id)[-1][2]["task"] == "step_0"
    assert version_of(connection, workflow_id) == (version[0] + 1, None)


def test_what_is_rolled_back_was_never_told(connection: Connection) -> None:
    workflow_id = make_workflow(connection, steps=1)
    before = events_of(connection, workflow_id)
    start = "UPDATE task_instances SET status = 'in_progress'"
    with connection.transaction(force_rollback=True):
        connection.execute(start)
    with connection.transaction():
        with connection.transaction(force_rollback=True):
            connection.execute(start)
        connection.execute("UPDATE podcasts SET title = 'A title'")
    [event] = events_of(connection, workflow_id)[len(before) :]
    assert event[1:] == ("status", {"status": "GENERATING", "title": "A title", "error": None})


def test_what_no_status_shows_is_no_event(connection: Connection) -> None:
    workflow_id = make_workflow(connection, steps=1)
    before = version_of(connection, workflow_id)
    for change in (
        "UPDATE workflow_instances SET check_after = now(), trigger_attempts = 3, "
        "last_updated_timestamp = now()",
        "UPDATE task_instances SET last_updated_timestamp = now(), input_params = '{\"a\": 1}'",
        "UPDATE streams SET bytes = 5, fence = 9, released = true",
        "UPDATE podcasts SET updated_at = now(), notification_status = 'notified'",
        "UPDATE generated_scripts SET last_accessed_timestamp = now()",
    ):
        connection.execute(change.encode())
    assert version_of(connection, workflow_id) == before


@pytest.fixture
def listening(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("LISTEN workflow")
        yield opened


def test_every_event_rings_and_the_end_comes_last(
    listening: Connection, connection: Connection
) -> None:
    workflow_id = make_workflow(connection, steps=1)
    close = """WITH flow AS (
                   UPDATE workflow_instances SET overall_status = 'failed', end_timestamp = now(),
                          error_message = 'No.' RETURNING workflow_id),
               steps AS (UPDATE task_instances SET status = 'skipped', end_timestamp = now())
               UPDATE podcasts SET status = 'FAILED' FROM flow"""
    rung = {note.payload for note in listening.notifies(timeout=0.5, stop_after=1)}
    before = len(events_of(connection, workflow_id))
    connection.execute(close.encode())
    rung |= {note.payload for note in listening.notifies(timeout=5, stop_after=1)}
    assert rung == {str(workflow_id)}
    told = events_of(connection, workflow_id)[before:]
    assert sorted(kind for _, kind, _ in told[:-1]) == ["agent_ended", "status"]
    assert told[-1][1:] == ("end", {"status": "FAILED", "title": None, "error": "No."})
    assert version_of(connection, workflow_id) == (told[-1][0], told[-1][0])
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'in_progress', end_timestamp = NULL"
    )
    assert version_of(connection, workflow_id) == (told[-1][0] + 1, None)


def test_events_go_with_their_workflow(connection: Connection) -> None:
    workflow_id, other = make_workflow(connection, steps=1), make_workflow(connection)
    connection.execute("DELETE FROM podcasts WHERE podcast_id = %s", [workflow_id])
    connection.execute("DELETE FROM workflow_instances WHERE workflow_id = %s", [workflow_id])
    assert events_of(connection, workflow_id) == []
    assert version_of(connection, workflow_id) is None
    assert events_of(connection, other)


def test_a_workflow_without_a_version_gets_one_by_its_first_change(connection: Connection) -> None:
    open_one, ended = make_workflow(connection), make_workflow(connection)
    end = """UPDATE workflow_instances SET overall_status = 'failed', end_timestamp = now()
             WHERE workflow_id = %s"""
    connection.execute(end, [ended])
    connection.execute("DELETE FROM workflow_versions")
    connection.execute("UPDATE podcasts SET title = 'Found again'")
    assert version_of(connection, open_one) == (1, None)
    assert version_of(connection, ended) == (1, 0)
    assert [kind for _, kind, _ in events_of(connection, open_one)] == ["status"]
    connection.execute("DELETE FROM workflow_versions")
    connection.execute(end, [open_one])
    assert version_of(connection, open_one) == (1, 1)


def test_progress_is_told_of_the_newest_attempt_only(connection: Connection) -> None:
    workflow_id, dispatches = make_workflow(connection), [uuid.uuid4(), uuid.uuid4()]
    for generation, dispatch in enumerate(dispatches):
        connection.execute(
            """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id,
                                             queue, kwargs)
               VALUES (%s, %s, 'pswa.weave_script', %s, 'pswa', '{}')""",
            [dispatch, str(dispatch), workflow_id],
        )
        connection.execute(
            """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order,
                                           generation, external_task_id)
               VALUES (%s, 'pswa', 'weave_script', 1, %s, %s)""",
            [workflow_id, generation, dispatch],
        )
    before = len(events_of(connection, workflow_id))
    for dispatch in dispatches:
        connection.execute(
            "UPDATE agent_dispatches SET progress = %s WHERE task_id = %s",
            [Jsonb({"done": 3, "total": 5, "unit": "parts"}), dispatch],
        )
    connection.execute("UPDATE generated_scripts SET planned_parts = 5, estimated_seconds = 61.239")
    connection.execute(
        """INSERT INTO script_parts (script_id, revision, position, heading, lines)
           SELECT script_id, 0, 0, 'The first', '[]' FROM podcasts"""
    )
    assert [event[1:] for event in events_of(connection, workflow_id)[before:]] == [
        (
            "agent_progress",
            {
                "agent": "pswa",
                "task": "weave_script",
                "progress": {"done": 3, "total": 5, "unit": "parts"},
            },
        ),
        ("script_planned", {"total": 5, "estimated_total_seconds": 61.24}),
        ("script_part", {"position": 0, "heading": "The first", "written": 1, "total": 5}),
    ]


def speak(connection: Connection, position: int, line_id: str, first: int, frames: int) -> None:
    """A line in the stream's record."""
    uri = f"media:///{line_id}"
    connection.execute("INSERT INTO media_objects (uri, media_type) VALUES (%s, 'a')", [uri])
    connection.execute(
        """INSERT INTO stream_segments
           SELECT stream_id, 0, %s, %s, %s, %s, 9, %s, %s, '', 1 FROM streams""",
        [position, line_id, uri, 9 * position, first, frames],
    )


@pytest.mark.parametrize(("planned", "told"), [(60.0, [60.5, 58.0]), (None, [None, None])])
def test_a_spoken_line_puts_the_estimate_right(
    connection: Connection, planned: float | None, told: list[float | None]
) -> None:
    """The first line ends half a second late, the second two and a half seconds earlier."""
    workflow_id = make_workflow(connection)
    lines = [{"line_id": "0.0", "estimated_end": 9.5}, {"line_id": "0.1", "estimated_end": 20.0}]
    connection.execute("UPDATE generated_scripts SET estimated_seconds = %s", [planned])
    connection.execute(
        "INSERT INTO script_parts SELECT script_id, 0, 0, 'h', %s FROM podcasts", [Jsonb(lines)]
    )
    before = len(events_of(connection, workflow_id))
    speak(connection, 1, "0.0", 0, 500)
    speak(connection, 2, "0.1", 500, 400)
    events = [data for _, kind, data in events_of(connection, workflow_id)[before:]]
    assert [data["seconds"] for data in events] == [10.0, 18.0]
    assert [data["estimated_total_seconds"] for data in events] == told


def test_an_estimate_is_never_less_than_what_was_heard(connection: Connection) -> None:
    workflow_id = make_workflow(connection)
    connection.execute("UPDATE generated_scripts SET estimated_seconds = 5")
    lines = [{"line_id": "0.0", "estimated_end": 50}]
    connection.execute(
        "INSERT INTO script_parts SELECT script_id, 0, 0, 'h', %s FROM podcasts", [Jsonb(lines)]
    )
    speak(connection, 1, "0.0", 0, 500)
    assert events_of(connection, workflow_id)[-1][2]["estimated_total_seconds"] == 10.0
