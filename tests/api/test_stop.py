"""What was cancelled is stopped, whoever was away at the time."""

from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from api.runs.stop import stop_agents
from sql import open_pool
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually
from tests.api.made import start_task

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def workflow_id(ada: httpx.Client, airflow: AirflowWire) -> UUID:
    """A podcast of ada's whose run is at work."""
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    eventually(lambda: airflow.runs)
    airflow.runs[f"podcast__{workflow_id}"]["state"] = "running"
    return workflow_id


def is_settled(connection: Connection) -> bool:
    """Whether the run is known to have ended. Has the sweeper look at once."""
    connection.execute("UPDATE workflow_instances SET check_after = now()")
    query = "SELECT run_ended_for = end_timestamp FROM workflow_instances"
    return connection.execute(query.encode()).fetchone() == (True,)


def test_an_airflow_that_was_away_is_told_later(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    run = airflow.runs[f"podcast__{workflow_id}"]
    for fault in ("error", "slow", "proxy"):
        airflow.fault = fault
        assert ada.delete(f"/api/v1/podcasts/{workflow_id}").status_code == 200
        assert not is_settled(connection)
    airflow.fault = None
    eventually(lambda: is_settled(connection))
    assert run["state"] == "failed"
    assert ada.get(f"/api/v1/podcasts/{workflow_id}").json()["status"] == "CANCELLED"


def test_a_facade_that_died_in_the_midst_of_it_is_stood_in_for(
    airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    """The tables said it, and nobody was told."""
    task_id = start_task(connection, workflow_id, 1, ("vfa", "forge_voice"), "in_progress")
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'cancelled', end_timestamp = now()"
    )
    eventually(lambda: is_settled(connection))
    assert airflow.runs[f"podcast__{workflow_id}"]["state"] == "failed"
    query = "SELECT status FROM agent_dispatches WHERE task_id = %s"
    assert connection.execute(query, [task_id]).fetchone() == ("REVOKED",)


def test_a_run_that_came_to_be_after_the_cancellation_is_ended(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection
) -> None:
    airflow.fault = "slow"  # it answers after we stopped waiting, and makes the run all the same
    location = ask_podcast(ada).headers["Location"]
    eventually(lambda: airflow.posts)
    assert ada.delete(location).status_code == 200
    airflow.fault = None
    eventually(lambda: airflow.runs)
    eventually(lambda: is_settled(connection))
    [run] = airflow.runs.values()
    assert run["state"] == "failed"
    assert len(airflow.posts) == 1


def test_a_run_that_ended_is_left_as_it_is(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    connection.execute(
        "UPDATE workflow_instances SET overall_status = 'cancelled', end_timestamp = now()"
    )
    airflow.runs[f"podcast__{workflow_id}"]["state"] = "success"
    eventually(lambda: is_settled(connection))
    assert airflow.runs[f"podcast__{workflow_id}"]["state"] == "success"


def test_a_task_whose_trigger_fired_as_the_run_was_ended_is_ended_too(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    """Airflow writes `scheduled` over the mark, and looks at no task of a run that is over."""
    run_id = f"podcast__{workflow_id}"
    ours = {"weave_script": "running", "forge_voice": "deferred", "publish": None}
    many: dict[str, str | None] = {
        f"card_{n}": "success" for n in range(120)
    }  # more than Airflow names at once
    airflow.tasks[run_id] = many | ours
    assert ada.delete(f"/api/v1/podcasts/{workflow_id}").status_code == 200
    assert {airflow.tasks[run_id][name] for name in ours} == {"failed", "skipped"}
    airflow.tasks[run_id]["forge_voice"] = "scheduled"
    eventually(lambda: is_settled(connection))
    assert airflow.tasks[run_id] == many | {
        "weave_script": "failed", "forge_voice": "skipped", "publish": "skipped"
    }  # fmt: skip
    assert airflow.runs[run_id]["state"] == "failed"


def test_a_run_that_has_only_just_ended_is_looked_at_once_more(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    connection.execute("UPDATE workflow_instances SET check_after = now() + interval '1 hour'")
    assert ada.delete(f"/api/v1/podcasts/{workflow_id}").status_code == 200
    connection.execute(
        """UPDATE workflow_instances
           SET check_after = now(), end_timestamp = now() + interval '1 day'"""
    )
    before = airflow.looks
    eventually(lambda: airflow.looks > before + 2)
    assert not is_settled(connection)


def test_what_was_cleared_and_cancelled_again_is_stopped_again(
    ada: httpx.Client, airflow: AirflowWire, connection: Connection, workflow_id: UUID
) -> None:
    run = airflow.runs[f"podcast__{workflow_id}"]
    for _ in range(2):
        assert ada.delete(f"/api/v1/podcasts/{workflow_id}").status_code == 200
        eventually(lambda: is_settled(connection))
        assert run["state"] == "failed"
        connection.execute(
            "UPDATE workflow_instances SET overall_status = 'in_progress', end_timestamp = NULL"
        )
        connection.execute("UPDATE podcasts SET status = 'GENERATING'")
        run["state"] = "running"


def test_what_was_cleared_meanwhile_is_left_to_its_agents(
    ada: httpx.Client, facade: Facade, connection: Connection, workflow_id: UUID
) -> None:
    """Whoever was about to stop the agents comes too late: the workflow is open again."""
    task_id = start_task(connection, workflow_id, 1, ("vfa", "forge_voice"), "in_progress")
    with open_pool(facade.settings) as pool:
        assert stop_agents(pool, workflow_id) == 0
        query = "SELECT status FROM agent_dispatches WHERE task_id = %s"
        assert connection.execute(query, [task_id]).fetchone() == ("STARTED",)
        connection.execute(
            "UPDATE workflow_instances SET overall_status = 'cancelled', end_timestamp = now()"
        )
        stop_agents(pool, workflow_id)
    eventually(lambda: connection.execute(query, [task_id]).fetchone() == ("REVOKED",))
