"""Tables stay true to what Airflow ran, even where the flow's last step was lost."""

from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from api.runs.reconcile import Outcome, judge
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually
from tests.api.made import finish, start_task

Connection = psycopg.Connection[tuple[Any, ...]]


def test_how_a_run_is_judged() -> None:
    good, bare = Outcome(True, True, None), Outcome(False, False, None)
    assert judge("success", good).status == "completed"
    assert judge("success", Outcome(True, False, "No paint.")).status == "completed_with_errors"
    assert judge("success", Outcome(True, False, "No paint.")).error == "No paint."
    assert judge("success", bare).status == "failed"
    assert judge("failed", good).status == "failed"
    assert judge("failed", Outcome(False, False, "No words.")).error == "No words."
    assert judge("failed", bare).error
    assert judge(None, good).status == "cancelled"


def test_how_a_refresh_is_judged() -> None:
    """It makes no sound, and needs none."""
    well, less = Outcome(None, None, None, True), Outcome(None, None, "Too little text.", True)
    assert judge("success", well).status == "completed"
    assert (judge("success", less).status, judge("success", less).error) == (
        "completed_with_errors", "Too little text.",
    )  # fmt: skip
    assert judge("failed", less).error == "Too little text."
    assert "refresh" in (judge("failed", well).error or "")
    assert judge(None, well).status == "cancelled"


def test_a_refresh_that_ended_unnoticed_is_closed(
    facade: Facade, airflow: AirflowWire, connection: Connection
) -> None:
    runs = {}
    for state, status in (("success", "completed"), ("failed", "failed")):
        row = connection.execute(
            """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id,
                   triggered_at, overall_status)
               SELECT id, 'snippets_refresh', 'snippets', 'snippets__' || id, now(), 'in_progress'
               FROM gen_random_uuid() AS id RETURNING dag_run_id"""
        ).fetchone()
        assert row is not None
        airflow.runs[row[0]] = {"dag_run_id": row[0], "state": state}
        runs[row[0]] = status
    query = "SELECT dag_run_id, overall_status FROM workflow_instances"
    eventually(lambda: dict(connection.execute(query).fetchall()) == runs)


@pytest.fixture
def workflow_id(ada: httpx.Client, airflow: AirflowWire) -> UUID:
    """A podcast of ada's whose run Airflow has started."""
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    eventually(lambda: ada.get(f"/api/v1/workflows/{workflow_id}").json()["triggered_at"])
    airflow.runs[f"podcast__{workflow_id}"]["state"] = "running"
    return workflow_id


def status_of(client: httpx.Client, workflow_id: UUID) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/api/v1/podcasts/{workflow_id}").json()
    return told


def test_a_run_that_failed_unnoticed_is_closed(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    error = {"message": "Nothing was found on this topic."}
    start_task(connection, workflow_id, 0, ("wcha", "harvest"), "failed", error=error)
    start_task(connection, workflow_id, 1, ("vfa", "forge_voice"), "in_progress")
    with psycopg.connect(connection.info.dsn, autocommit=True) as listener:
        listener.execute("LISTEN workflow")
        airflow.runs[f"podcast__{workflow_id}"]["state"] = "failed"
        eventually(lambda: status_of(ada, workflow_id)["status"] == "FAILED")
        [heard] = listener.notifies(timeout=5, stop_after=1)
    assert heard.payload == str(workflow_id)
    told = status_of(ada, workflow_id)
    assert told["error"] == "Nothing was found on this topic."
    assert [agent["status"] for agent in told["agents"]] == ["failed", "cancelled"]
    assert told["stream"]["status"] == "failed"
    workflow = ada.get(f"/api/v1/workflows/{workflow_id}").json()
    assert workflow["status"] == "failed"
    assert workflow["ended_at"]


def test_a_deleted_run_is_cancelled(
    ada: httpx.Client, airflow: AirflowWire, workflow_id: UUID
) -> None:
    airflow.runs.clear()
    eventually(lambda: status_of(ada, workflow_id)["status"] == "CANCELLED")
    assert "operator" in status_of(ada, workflow_id)["error"]


def test_a_run_that_succeeded_unnoticed_is_closed(
    facade: Facade,
    ada: httpx.Client,
    airflow: AirflowWire,
    connection: Connection,
    workflow_id: UUID,
) -> None:
    finish(connection, facade.settings, workflow_id)
    connection.execute("UPDATE podcasts SET status = 'GENERATING'")
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'in_progress', end_timestamp = NULL"
    )
    airflow.runs[f"podcast__{workflow_id}"]["state"] = "success"
    eventually(lambda: status_of(ada, workflow_id)["status"] == "COMPLETED")


def test_what_is_running_or_unknown_is_left_alone(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    def looked() -> bool:
        row = connection.execute("SELECT check_after > now() FROM workflow_instances").fetchone()
        return bool(row and row[0])

    for fault in (None, "error", "garbage", "half", "proxy"):
        airflow.fault = fault
        eventually(looked)
        connection.execute("UPDATE workflow_instances SET check_after = now()")
    eventually(looked)
    assert status_of(ada, workflow_id)["status"] == "GENERATING"


def test_what_ended_by_itself_is_not_touched(
    facade: Facade,
    ada: httpx.Client,
    airflow: AirflowWire,
    connection: Connection,
    workflow_id: UUID,
) -> None:
    finish(connection, facade.settings, workflow_id)
    airflow.runs[f"podcast__{workflow_id}"]["state"] = "failed"
    other = UUID(ask_podcast(ada).json()["workflow_id"])
    eventually(lambda: f"podcast__{other}" in airflow.runs)
    airflow.runs[f"podcast__{other}"]["state"] = "failed"
    eventually(lambda: status_of(ada, other)["status"] == "FAILED")
    assert status_of(ada, workflow_id)["status"] == "COMPLETED"
