"""GET /podcasts/{id}/events: what is told, in which order, and how a stream goes on."""

import json
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from api.app import create_app
from api.podcasts.events.estimate import seconds_left
from api.podcasts.events.kinds import KINDS
from api.token import issue
from tests.api.conftest import SECRET, Facade, ask_podcast, eventually
from tests.api.event_stream import follow, path_of
from tests.api.made import finish, speak, start_task
from tests.api.serving import serve
from tests.api.test_process import SOUND, start, wait_for
from tests.conftest import ROOT, free_port

Connection = psycopg.Connection[tuple[Any, ...]]
PROGRESS = """UPDATE agent_dispatches
              SET progress = jsonb_build_object('done', %s::int, 'total', 5, 'unit', 'parts')
              WHERE task_id = %s"""


@pytest.fixture
def rows(shared: Facade) -> Iterator[Connection]:
    """The shared facade's database."""
    with psycopg.connect(shared.settings.database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def workflow_id(caller: httpx.Client, rows: Connection) -> UUID:
    """A podcast that Airflow has taken."""
    workflow_id = UUID(ask_podcast(caller).json()["workflow_id"])
    eventually(
        lambda: (
            rows.execute(
                "SELECT triggered_at FROM workflow_instances WHERE workflow_id = %s", [workflow_id]
            ).fetchone()
            != (None,)
        )
    )
    return workflow_id


def start_writing(rows: Connection, workflow_id: UUID) -> UUID:
    """The writer's step, at work; its dispatch."""
    dispatch = start_task(rows, workflow_id, 1, ("pswa", "weave_script"), "dispatched")
    rows.execute(
        "UPDATE task_instances SET status = 'in_progress' WHERE external_task_id = %s", [dispatch]
    )
    return dispatch


def test_an_episode_is_told_from_its_present_to_its_end(
    shared: Facade, caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    with follow(caller, workflow_id) as events:
        first = next(events)
        assert (first.kind, first.data["status"]) == ("status", "GENERATING")
        assert (first.data["agents"], first.data["seconds_spoken"]) == ([], 0)
        dispatch = start_writing(rows, workflow_id)
        assert next(events).kind == "agent_waiting"
        rows.execute(PROGRESS, [1, dispatch])
        assert next(events).kind == "agent_started"
        progress = next(events)
        assert progress.data["progress"] == {"done": 1, "total": 5, "unit": "parts"}
        assert (progress.data["agent"], progress.data["task"]) == ("pswa", "weave_script")
        finish(rows, shared.settings, workflow_id)
        told = [first, progress, *events]
    ids = [int(event.id) for event in told]
    assert ids == sorted(set(ids))
    assert told[-1].kind == "end"
    assert told[-1].data["status"] == "COMPLETED"
    by_kind = {event.kind: event.data for event in told}
    assert {"script_part", "spoken", "agent_ended", "changed"} <= set(by_kind)
    assert by_kind["spoken"]["estimated_total_seconds"] is None
    assert (by_kind["script_part"]["written"], by_kind["spoken"]["seconds"]) == (1, 3.52)
    assert by_kind["status"]["title"] == "Twice a day: the sea’s clock"
    for event in told:
        KINDS[event.kind].model_validate(event.data)


def test_how_much_there_will_be_is_told_before_the_first_part_stands(
    caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    identity = {"workflow_id": workflow_id}
    lines = [
        {"line_id": f"0.{n}", "speaker": "host_a", "kind": "connective", "text": "So.",
         "citations": [], "estimated_end": 10.0 * (n + 1)} for n in range(2)
    ]  # fmt: skip
    with follow(caller, workflow_id) as events:
        first = next(events).data
        assert (first["script"], first["estimated_total_seconds"]) == (
            {"written": 0, "total": None}, None,
        )  # fmt: skip
        rows.execute(
            """INSERT INTO generated_scripts (script_id, workflow_id, topic_hash)
               SELECT script_id, podcast_id, 'h' FROM podcasts
               WHERE podcast_id = %(workflow_id)s""",
            identity,
        )
        rows.execute(
            """UPDATE generated_scripts SET planned_parts = 4, estimated_seconds = 93.456
               WHERE workflow_id = %(workflow_id)s""",
            identity,
        )
        rows.execute(
            """INSERT INTO script_parts SELECT script_id, 0, 0, 'The turn', %(lines)s
               FROM podcasts WHERE podcast_id = %(workflow_id)s""",
            {**identity, "lines": Jsonb(lines)},
        )
        speak(rows, workflow_id, "0.0", 0, 600)
        told = {}
        while "spoken" not in told:
            event = next(events)
            told[event.kind] = event.data
    assert list(told) == ["changed", "script_planned", "script_part", "spoken"]
    assert told["script_planned"]["total"] == told["script_part"]["total"] == 4
    assert told["script_planned"]["estimated_total_seconds"] == 93.46
    assert told["spoken"]["estimated_total_seconds"] == 95.46
    with follow(caller, workflow_id) as events:
        present = next(events).data
    assert present["script"] == {"written": 1, "total": 4}
    assert (present["seconds_spoken"], present["estimated_total_seconds"]) == (12.0, 95.46)
    script = caller.get(f"/api/v1/podcasts/{workflow_id}").json()["script"]
    assert (script["total"], script["estimated_seconds"]) == (4, 93.456)


def test_a_stream_goes_on_where_it_broke_off_and_ends_for_good(
    shared: Facade, caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    with follow(caller, workflow_id) as events:
        seen = [next(events)]
        dispatch = start_writing(rows, workflow_id)
        seen += [next(events), next(events)]
    for done in (1, 2, 3):
        rows.execute(PROGRESS, [done, dispatch])
    finish(rows, shared.settings, workflow_id)
    with follow(caller, workflow_id, after=seen[-1].id) as events:
        rest = list(events)
    ids = [int(event.id) for event in [*seen, *rest]]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert [event.data["progress"]["done"] for event in rest[:3]] == [1, 2, 3]
    assert rest[-1].kind == "end"
    over = caller.get(path_of(workflow_id), headers={"Last-Event-ID": rest[-1].id})
    assert (over.status_code, over.content) == (204, b"")
    for place in (None, "999999999999999999"):
        with follow(caller, workflow_id, after=place) as events:
            told = [(event.kind, event.id) for event in events]
        # Whoever loses the connection between the two must not come back with the end's number.
        assert told == [("status", ""), ("end", rest[-1].id)]
    by_query = caller.get(path_of(workflow_id), params={"last_event_id": rest[-2].id})
    assert f"id: {rest[-1].id}\n" in by_query.text
    assert f"id: {rest[-2].id}\n" not in by_query.text


def test_an_id_from_the_future_or_before_the_record_gets_the_present(
    caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    for place in ("999999999999999999", "0"):
        if place == "0":
            rows.execute("DELETE FROM workflow_events WHERE workflow_id = %s", [workflow_id])
        with follow(caller, workflow_id, after=place) as events:
            first = next(events)
            assert (first.kind, first.data["agents"]) == ("status", [])


@pytest.mark.parametrize("place", ["-1", "1.5", "abc", "1" * 19, "٣", "1 2"])
def test_what_is_no_id_is_refused(caller: httpx.Client, workflow_id: UUID, place: str) -> None:
    header = httpx.Headers([("Last-Event-ID", place)], encoding="utf-8")
    for answer in (
        caller.get(path_of(workflow_id), headers=header),
        caller.get(path_of(workflow_id), params={"last_event_id": place}),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/invalid-request"


def test_somebody_elses_events_are_not_there(
    caller: httpx.Client, stranger: httpx.Client, workflow_id: UUID
) -> None:
    theirs, nobodys = stranger.get(path_of(workflow_id)), stranger.get(path_of(uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content
    assert httpx.get(f"{caller.base_url}{path_of(workflow_id)}").status_code == 401


def test_a_workflow_that_makes_no_podcast_has_no_such_events(
    caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    rows.execute("DELETE FROM podcasts WHERE podcast_id = %s", [workflow_id])
    assert caller.get(path_of(workflow_id)).status_code == 404
    assert caller.get(path_of(workflow_id), headers={"Last-Event-ID": "1"}).status_code == 404
    assert caller.get(f"/api/v1/podcasts/{workflow_id}").status_code == 404
    assert caller.get(f"/api/v1/workflows/{workflow_id}").status_code == 200


def test_made_again_after_its_end_a_stream_goes_on(
    shared: Facade, caller: httpx.Client, rows: Connection, workflow_id: UUID
) -> None:
    with follow(caller, workflow_id) as events:
        before = next(events)
    finish(rows, shared.settings, workflow_id)
    rows.execute(
        """WITH flow AS (UPDATE workflow_instances SET overall_status = 'in_progress',
                                end_timestamp = NULL WHERE workflow_id = %s)
           UPDATE podcasts SET status = 'GENERATING' WHERE podcast_id = %s""",
        [workflow_id, workflow_id],
    )
    with follow(caller, workflow_id, after=before.id) as events:
        told = [next(events)]
        while told[-1].kind != "status" or told[-1].data["status"] != "GENERATING":
            told.append(next(events))
    assert "end" not in {event.kind for event in told}


def test_a_quiet_stream_says_that_it_is_alive_and_is_not_stored(
    facade: Facade, ada: httpx.Client
) -> None:
    facade.settings.events_heartbeat_seconds = 0.1
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    with ada.stream("GET", path_of(workflow_id)) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        lines = answer.iter_lines()
        assert next(lines) == "retry: 2000"
        assert [line for line, _ in zip(filter(":".__eq__, lines), range(3), strict=False)]


def test_a_stream_that_lasts_long_ends_to_be_resumed(facade: Facade, ada: httpx.Client) -> None:
    facade.settings.events_seconds, facade.settings.events_heartbeat_seconds = 0.3, 0.1
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    with follow(ada, workflow_id) as events:
        told = list(events)
    assert told[0].kind == "status"
    assert told[-1].kind != "end"


def test_a_callers_streams_are_counted(shared: Facade, caller: httpx.Client) -> None:
    workflow_id = UUID(ask_podcast(caller).json()["workflow_id"])
    most = shared.settings.events_per_caller
    opened = [caller.stream("GET", path_of(workflow_id)) for _ in range(most)]
    try:
        for each in opened:
            assert each.__enter__().status_code == 200
        refused = caller.get(path_of(workflow_id))
        assert refused.status_code == 429
        assert refused.json()["type"] == "/problems/too-many-event-streams"
        assert refused.headers["Retry-After"]
    finally:
        for each in opened:
            each.__exit__(None, None, None)
    eventually(lambda: is_open(caller, workflow_id))


def is_open(client: httpx.Client, workflow_id: UUID) -> bool:
    """Whether there is a place for another stream."""
    with client.stream("GET", path_of(workflow_id)) as answer:
        return answer.status_code == 200


def test_the_databases_restart_is_survived(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    with follow(ada, workflow_id) as events:
        next(events)
        connection.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE pid <> pg_backend_pid() AND datname = current_database()"""
        )
        start_writing(connection, workflow_id)
        kinds: set[str] = set()
        while "agent_started" not in kinds:
            kinds.add(next(events).kind)


def test_a_stream_follows_what_another_replica_is_told(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    with serve(create_app(facade.settings)) as url:
        other = httpx.Client(base_url=url, headers=ada.headers, timeout=30)
        with other, follow(ada, workflow_id) as events:
            next(events)
            assert other.delete(f"/api/v1/podcasts/{workflow_id}").status_code == 200
            end = list(events)[-1]
    assert (end.kind, end.data["status"]) == ("end", "CANCELLED")
    assert end.data["error"] == "Cancelled at your request."


def test_what_finished_episodes_took_tells_how_long_this_one_will(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    finished, workflow_id = (
        UUID(ask_podcast(ada, user_preferences={"length_minutes": minutes}).json()["workflow_id"])
        for minutes in (2, 3)
    )
    finish(connection, facade.settings, finished)
    connection.execute(
        """UPDATE workflow_instances SET end_timestamp = start_timestamp + interval '40 seconds'
           WHERE workflow_id = %s""",
        [finished],
    )
    with follow(ada, workflow_id) as events:
        left = next(events).data["estimated_seconds_left"]
    assert 30 <= left <= 60


def test_a_server_that_is_told_to_stop_ends_its_streams(tmp_path: Path, database_url: str) -> None:
    """It would wait for them for ten minutes."""
    port = free_port()
    env = {
        "AETHERCAST_DATABASE_URL": database_url, "AETHERCAST_API_PORT": str(port),
        "AETHERCAST_SHUTDOWN_SECONDS": "600", "AETHERCAST_DRAIN_SECONDS": "0",
        "AETHERCAST_EVENTS_HEARTBEAT_SECONDS": "600",
        "AETHERCAST_AIRFLOW_URL": f"http://127.0.0.1:{free_port()}",
    }  # fmt: skip
    process = start(tmp_path, "api", **SOUND, **env)
    url = f"http://127.0.0.1:{port}"
    wait_for(f"{url}/livez", process)
    bearer = {"Authorization": f"Bearer {issue(SECRET.encode(), 'ada', 600)}"}
    with (
        httpx.Client(base_url=url, headers=bearer, timeout=30) as client,
        follow(client, UUID(ask_podcast(client).json()["workflow_id"])) as events,
    ):
        assert next(events).kind == "status"
        process.send_signal(signal.SIGTERM)
        assert "end" not in {event.kind for event in events}
    said, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in said + errors


@given(
    pace=st.none() | st.floats(0.1, 600),
    minutes=st.none() | st.floats(0, 30),
    passed=st.integers(0, 10_000),
)
def test_an_estimate_is_never_below_zero_and_never_invented(
    pace: float | None, minutes: float | None, passed: int
) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    left = seconds_left(pace, minutes, began, began + timedelta(seconds=passed))
    if pace is None or not minutes or passed >= pace * minutes:
        assert left is None
    else:
        assert left is not None
        assert 0 <= left - (pace * minutes - passed) <= 1


def test_every_kind_of_event_is_documented(shared: Facade) -> None:
    page = (ROOT / "docs" / "EVENTS.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(KINDS)
    for kind, model in KINDS.items():
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
        assert set(re.findall(r"`(\w+)`", row.split("|")[2])) == set(model.model_fields) - {"at"}
    document = httpx.get(f"{shared.url}/openapi.json").json()
    operation = document["paths"]["/api/v1/podcasts/{workflow_id}/events"]["get"]
    content = operation["responses"]["200"]["content"]["text/event-stream"]
    assert set(content["x-events"]) == set(KINDS)
    assert "$ref" not in json.dumps(content["x-events"])
    assert "204" in operation["responses"]
    placed = {(each["in"], each["name"]) for each in operation["parameters"]}
    assert placed == {
        ("path", "workflow_id"), ("header", "Last-Event-ID"), ("query", "last_event_id"),
    }  # fmt: skip


def test_every_kind_a_trigger_writes_is_known(rows: Connection) -> None:
    functions = rows.execute(
        "SELECT string_agg(prosrc, ' ') FROM pg_proc WHERE prosrc LIKE '%note_change%'"
    ).fetchone()
    assert functions is not None
    written = set(re.findall(r"note_change\(\s*[^,]+,\s*'(\w+)'", str(functions[0])))
    written |= set(re.findall(r"'(agent_\w+)'", str(functions[0])))
    assert written - {"deleted"} == set(KINDS)
