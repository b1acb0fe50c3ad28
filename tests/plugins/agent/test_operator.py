"""An agent call as a task: real database, broker, worker and status service."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from plugins.agent.hook import AgentHook
from plugins.agent.operator import AgentOperator
from plugins.agent.trigger import ENDED, OVERDUE, AgentTrigger
from plugins.errors import AgentCancelled, AgentFailed
from plugins.settings import flow_settings
from plugins.step import rows
from plugins.step.rows import Step
from plugins.step.workflows import close
from tests.agents.processes import until
from tests.plugins.flow.podcasts import row_of
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]


def make(agent_task: str, inputs: dict[str, Any], **more: Any) -> AgentOperator:
    """An agent call in a DAG of its own."""
    with DAG(dag_id="probe"):
        return AgentOperator(
            task_id="call", agent_task=agent_task, inputs=inputs, **{"wait_seconds": 10} | more
        )


def word(folder: Path) -> dict[str, Any]:
    return {"word": uuid.uuid4().hex, "folder": str(folder)}


def rows_of(connection: Connection, run: Run) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(
            """SELECT t.*, w.overall_status FROM task_instances t
               JOIN workflow_instances w USING (workflow_id)
               WHERE w.dag_run_id = %s ORDER BY t.generation""",
            [run.run_id],
        ).fetchall()


def keys_of(connection: Connection, run: Run) -> list[str]:
    found = connection.execute(
        """SELECT d.idempotency_key FROM agent_dispatches d
           JOIN workflow_instances w USING (workflow_id)
           WHERE w.dag_run_id = %s ORDER BY d.created_at""",
        [run.run_id],
    ).fetchall()
    return [row[0] for row in found]


def test_a_quick_answer_is_collected_on_the_worker(connection: Connection, chain: Path) -> None:
    run, asked = Run(), word(chain)
    operator = make("probe.answer", asked)
    summary = operator.execute(run.attempt(operator))
    assert summary["word"] == asked["word"]
    (row,) = rows_of(connection, run)
    assert row["status"] == "completed"
    assert row["output_result_summary"] == summary
    assert row["input_params"]["word"] == asked["word"]
    assert row["input_params"]["workflow_id"] == str(row["workflow_id"])
    assert row["agent_name"] == "PROBE"
    assert row["external_task_id"] == operator.agent_task_id
    assert row["retry_count"] == 0
    assert row["end_timestamp"] >= row["start_timestamp"]
    assert row["overall_status"] == "in_progress"


@pytest.mark.usefixtures("airflow_says")
def test_a_retry_repeats_nothing_and_a_clear_asks_anew(connection: Connection, chain: Path) -> None:
    run, asked = Run(), word(chain)
    operator = make("probe.answer", asked)
    operator.execute(run.attempt(operator, try_number=1, max_tries=2))
    operator.execute(run.attempt(operator, try_number=2, max_tries=2))
    (row,) = rows_of(connection, run)
    assert row["retry_count"] == 1
    assert len(set(keys_of(connection, run))) == 1

    cleared = run.cleared()
    operator.execute(cleared.attempt(operator, try_number=3, max_tries=4))
    assert [row["generation"] for row in rows_of(connection, run)] == [0, 1]
    assert [row["retry_count"] for row in rows_of(connection, run)] == [1, 0]
    assert len(set(keys_of(connection, run))) == 2
    worked = (chain / f"worked-{asked['word']}").read_text().split()
    assert len(worked) == len(set(worked)) == 2


@pytest.mark.usefixtures("airflow_says")
def test_a_retry_keeps_its_key_though_another_task_of_the_run_was_cleared(
    connection: Connection, chain: Path
) -> None:
    run = Run()
    operator = make("probe.answer", word(chain))
    operator.execute(run.attempt(operator, try_number=1, max_tries=2))
    operator.execute(run.cleared().attempt(operator, try_number=2, max_tries=2))
    assert [row["generation"] for row in rows_of(connection, run)] == [0]
    assert len(set(keys_of(connection, run))) == 1


def test_a_long_call_defers_and_its_trigger_fires_once(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    operator = make("probe.hold", {"folder": str(tmp_path)}, wait_seconds=0)
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(run.attempt(operator))
    until((tmp_path / "holding").exists)
    (row,) = rows_of(connection, run)
    assert row["status"] in ("dispatched", "in_progress")
    path, arguments = deferred.value.trigger.serialize()
    assert path == "plugins.agent.trigger.AgentTrigger"
    (tmp_path / "go").touch()
    event = asyncio.run(first_event(AgentTrigger(**arguments)))
    assert event == {"outcome": ENDED}

    resumed = make("probe.hold", {"folder": str(tmp_path)})
    summary = resumed.resume_execution("resume", {"event": event}, run.attempt(resumed))
    assert summary == {"held": True}
    (row,) = rows_of(connection, run)
    assert (row["status"], row["retry_count"]) == ("completed", 0)


async def first_event(trigger: AgentTrigger) -> Any:
    async for event in trigger.run():
        return event.payload
    return None


def test_a_retry_joins_the_work_that_its_predecessor_left(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    lost = make("probe.hold", {"folder": str(tmp_path)}, wait_seconds=0)
    with pytest.raises(TaskDeferred):
        lost.execute(run.attempt(lost, try_number=1))
    (tmp_path / "go").touch()
    retried = make("probe.hold", {"folder": str(tmp_path)})
    assert retried.execute(run.attempt(retried, try_number=2)) == {"held": True}
    assert len(set(keys_of(connection, run))) == 1
    (attempts,) = connection.execute(
        "SELECT attempts FROM idempotency_keys WHERE idempotency_key = %s",
        [keys_of(connection, run)[0]],
    ).fetchall()
    assert attempts == (1,)


@pytest.mark.parametrize(
    ("retryable", "try_number", "raised", "status"),
    [
        (True, 1, AgentFailed, "pending"),
        (True, 3, AirflowFailException, "failed"),
        (False, 1, AirflowFailException, "failed"),
    ],
)
def test_airflow_retries_only_what_may_succeed(
    connection: Connection,
    chain: Path,
    retryable: bool,
    try_number: int,
    raised: type[Exception],
    status: str,
) -> None:
    run = Run()
    operator = make("probe.fail", {"retryable": retryable})
    with pytest.raises(raised, match=r"The model (is overloaded|refuses)"):
        operator.execute(run.attempt(operator, try_number=try_number, max_tries=2))
    (row,) = rows_of(connection, run)
    assert row["status"] == status
    assert row["error_details"]["retryable"] is retryable
    assert row["error_details"]["type"] == ("Overloaded" if retryable else "Refused")
    assert (row["end_timestamp"] is None) is (status == "pending")


def test_the_deadline_holds_over_retries_and_stops_the_agent(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    late = {"deadline": timedelta(seconds=0.5), "wait_seconds": 5}
    operator = make("probe.hold", {"folder": str(tmp_path)}, **late)
    with pytest.raises(AirflowFailException, match="took longer"):
        operator.execute(run.attempt(operator))
    until((tmp_path / "stopped").exists)
    (row,) = rows_of(connection, run)
    assert (row["status"], row["error_details"]["type"]) == ("failed", "AgentOverdue")


def test_the_trigger_gives_up_at_the_deadline(chain: Path) -> None:
    trigger = AgentTrigger(str(uuid.uuid4()), deadline=0.0)
    assert asyncio.run(first_event(trigger)) == {"outcome": OVERDUE}


def hold(tmp_path: Path, run: Run) -> AgentOperator:
    """A task whose agent is at work."""
    operator = make("probe.hold", {"folder": str(tmp_path)}, wait_seconds=0)
    with pytest.raises(TaskDeferred):
        operator.execute(run.attempt(operator))
    until((tmp_path / "holding").exists)
    return operator


@pytest.mark.parametrize("state", ["failed", "restarting", "success", "deleted"])
def test_a_person_who_stops_the_task_stops_the_agent(
    chain: Path, tmp_path: Path, airflow_says: Callable[[str], None], state: str
) -> None:
    operator = hold(tmp_path, Run())
    airflow_says(state)
    operator.on_kill()
    until((tmp_path / "stopped").exists, seconds=5)


def test_a_task_stopped_after_it_came_back_stops_its_agent(
    connection: Connection,
    chain: Path,
    tmp_path: Path,
    airflow_says: Callable[[str], None],
) -> None:
    run = Run()
    hold(tmp_path, run)
    resumed = make("probe.hold", {"folder": str(tmp_path)}, wait_seconds=0)
    with pytest.raises(TaskDeferred):
        resumed.resume_execution("resume", {"event": {"outcome": ENDED}}, run.attempt(resumed))
    airflow_says("failed")
    resumed.on_kill()
    until((tmp_path / "stopped").exists, seconds=5)


def test_a_task_stopped_before_it_began_has_nothing_to_stop() -> None:
    make("probe.answer", {}).on_kill()


@pytest.mark.parametrize("state", ["running", "up_for_retry", "queued", "no answer"])
def test_a_worker_that_stops_leaves_the_agent_at_work(
    connection: Connection,
    chain: Path,
    tmp_path: Path,
    airflow_says: Callable[[str], None],
    state: str,
) -> None:
    run = Run()
    operator = hold(tmp_path, run)
    airflow_says(state)
    operator.on_kill()
    (tmp_path / "go").touch()
    again = make("probe.hold", {"folder": str(tmp_path)})
    assert again.execute(run.attempt(again, try_number=2)) == {"held": True}
    sent = row_of(connection, "agent_dispatches", "task_id", operator.agent_task_id)
    assert (sent["status"], sent["cancel_requested_at"]) == ("SUCCESS", None)


def test_a_person_who_stops_a_deferred_task_stops_the_agent(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    operator = hold(tmp_path, run)
    trigger = AgentTrigger(str(operator.agent_task_id), deadline=2e9)
    asyncio.run(trigger.cleanup())
    assert not (tmp_path / "stopped").exists()
    asyncio.run(trigger.on_kill())
    until((tmp_path / "stopped").exists, seconds=5)
    assert [row["status"] for row in rows_of(connection, run)] == ["cancelled"]


def test_a_cleared_task_is_cancelled_though_the_scheduler_took_it_for_killed(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    operator = hold(tmp_path, run)
    assert operator.place is not None
    rows.end_of_run(connection, operator.place, "pending", {"type": "Killed"}, force=False)
    assert [row["status"] for row in rows_of(connection, run)] == ["pending"]
    asyncio.run(AgentTrigger(str(operator.agent_task_id), deadline=2e9).on_kill())
    assert [row["status"] for row in rows_of(connection, run)] == ["cancelled"]


def test_a_cleared_task_stops_what_its_predecessor_still_does(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    hold(tmp_path, run)
    (tmp_path / "holding").unlink()
    again = make("probe.hold", {"folder": str(tmp_path)}, wait_seconds=0)
    with pytest.raises(TaskDeferred):
        again.execute(run.cleared().attempt(again, try_number=2, max_tries=3))
    until((tmp_path / "stopped").exists, seconds=5)
    until((tmp_path / "holding").exists)
    (tmp_path / "go").touch()
    first, second = rows_of(connection, run)
    assert first["status"] == "cancelled"
    assert second["status"] in ("dispatched", "in_progress")


def test_a_revoked_agent_fails_the_task_at_once(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    run = Run()
    operator = hold(tmp_path, run)
    asyncio.run(AgentTrigger(str(operator.agent_task_id), deadline=2e9).on_kill())
    with pytest.raises(AirflowFailException):
        operator.resume_execution("resume", {"event": {"outcome": ENDED}}, run.attempt(operator))
    (row,) = rows_of(connection, run)
    assert row["status"] == "cancelled"


def test_nothing_begins_in_a_cancelled_workflow(connection: Connection, chain: Path) -> None:
    run = Run()
    operator = make("probe.answer", word(chain))
    operator.execute(run.attempt(operator))
    connection.execute(
        """UPDATE workflow_instances SET overall_status = 'cancelled', end_timestamp = now()
           WHERE dag_run_id = %s""",
        [run.run_id],
    )
    with pytest.raises(AirflowFailException, match="cancelled"):
        operator.execute(run.attempt(operator, try_number=2))
    assert rows_of(connection, run)[0]["overall_status"] == "cancelled"


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_nothing_is_dispatched_in_a_workflow_that_ended_meanwhile(
    connection: Connection, chain: Path, status: str
) -> None:
    class Slow(AgentOperator):
        def compute_inputs(self, connection: Connection, step: Step) -> dict[str, Any]:
            close(connection, step.workflow_id, status, "Ended.")
            return word(chain)

    run = Run()
    with DAG(dag_id="probe"):
        operator = Slow(task_id="call", agent_task="probe.answer", wait_seconds=10)
    with pytest.raises(AirflowFailException, match="cancelled"):
        operator.execute(run.attempt(operator))
    assert keys_of(connection, run) == []
    (row,) = rows_of(connection, run)
    assert (row["overall_status"], row["status"]) == (status, "cancelled")


def test_a_dispatch_and_a_cancellation_at_once_leave_nothing_at_work(
    connection: Connection, chain: Path, tmp_path: Path
) -> None:
    """The second sees the first: a dispatch before the close is there to be found."""
    run = Run()
    first = make("probe.answer", word(chain))
    first.execute(run.attempt(first))
    (row,) = rows_of(connection, run)
    asked = word(chain) | {"idempotency_key": "k" * 64, "workflow_id": str(row["workflow_id"])}
    closing = psycopg.connect(flow_settings().database_url)
    close(closing, row["workflow_id"], "cancelled", "Cancelled.")
    step = Step(row["task_id"], row["workflow_id"], None, 0, 0, None, row["start_timestamp"], "")
    with ThreadPoolExecutor() as pool:
        submitting = pool.submit(AgentHook().submit, connection, step, "probe.answer", asked)
        with pytest.raises(TimeoutError):
            submitting.result(0.3)
        closing.commit()
        with pytest.raises(AgentCancelled):
            submitting.result(10)
    closing.close()


@pytest.mark.usefixtures("airflow_says")
def test_a_run_started_by_hand_is_adopted_once(connection: Connection, chain: Path) -> None:
    run = Run()
    operator = make("probe.answer", word(chain))
    operator.execute(run.attempt(operator))
    operator.execute(run.attempt(operator, try_number=2))
    found = connection.execute(
        """SELECT w.workflow_id, u.subject, w.trigger_event_type FROM workflow_instances w
           JOIN users u USING (user_id) WHERE w.dag_run_id = %s""",
        [run.run_id],
    ).fetchall()
    assert [row[1:] for row in found] == [("local", "operator")]
    assert isinstance(found[0][0], UUID)


def test_the_link_leads_to_the_agents_task(chain: Path) -> None:
    run = Run()
    operator = make("probe.answer", word(chain))
    links = {link.name: link for link in operator.operator_extra_links}
    key: Any = None
    assert {link.get_link(operator, ti_key=key) for link in links.values()} == {""}
    operator.execute(run.attempt(operator))
    told = links["Agent task"].get_link(operator, ti_key=key)
    assert f"/episodes/{operator.workflow_id}?key=" in told
    assert told.endswith("#step-call")
