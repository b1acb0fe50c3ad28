"""People and signals interfere with a real Airflow: the agents must hear it, or not.

One Airflow for all of it (`-m acceptance`): two minutes on an idle machine.
"""

import os
import signal

import pytest

from tests.agents.processes import until
from tests.plugins.live.live import LONG, Live, LiveRun

pytestmark = pytest.mark.acceptance


def restart(live: Live, process: str) -> None:
    """Kill a process of Airflow's without warning, with all that it forked, and start it again."""
    live.stack.restart(process, signal.SIGKILL)


def test_mark_failed_stops_the_agent_of_a_waiting_task(live: Live) -> None:
    run = live.start("waiting")
    mark_failed(run)
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.state() == "failed", LONG)
    (row,) = run.rows()
    assert row["status"] == "failed"
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)


def test_mark_failed_stops_the_agent_of_a_deferred_task(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    mark_failed(run)
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)
    assert run.rows()[0]["status"] == "failed"


def mark_failed(run: LiveRun) -> None:
    answer = run.live.http.patch(f"{run.path}/taskInstances/hold", json={"new_state": "failed"})
    answer.raise_for_status()


@pytest.mark.parametrize("dag_id", ["waiting", "deferred"])
def test_clear_stops_the_agent_and_asks_anew(live: Live, dag_id: str) -> None:
    run = live.start(dag_id)
    if dag_id == "deferred":
        until(lambda: run.task_state() == "deferred", LONG)
    body = {"dry_run": False, "dag_run_id": run.run_id, "task_ids": ["hold"], "only_failed": False}
    path = f"/dags/{dag_id}/clearTaskInstances"
    live.http.post(path, json=body).raise_for_status()
    until((run.folder / "stopped").exists, LONG)
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    assert [(row["generation"], row["status"]) for row in run.rows()][-1] == (1, "completed")
    assert run.rows()[0]["status"] == "cancelled"
    assert run.rows()[0]["keys"] == 2


def test_a_finished_run_that_is_cleared_runs_again(live: Live) -> None:
    run = live.start("waiting")
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    live.http.post(f"{run.path}/clear", json={"dry_run": False}).raise_for_status()
    until(lambda: len(run.rows()) == 2, LONG)
    until(lambda: run.state() == "success", LONG)
    assert [(row["generation"], row["status"]) for row in run.rows()] == [
        (0, "completed"),
        (1, "completed"),
    ]


def test_a_killed_triggerer_loses_nothing(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    restart(live, "triggerer")
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    (row,) = run.rows()
    assert (row["status"], row["retry_count"], row["attempts"]) == ("completed", 0, 1)


def test_a_killed_scheduler_loses_nothing_and_repeats_nothing(live: Live) -> None:
    run = live.start("waiting")
    restart(live, "scheduler")
    assert not (run.folder / "stopped").exists()
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    (row,) = run.rows()
    assert (row["status"], row["keys"], row["attempts"]) == ("completed", 1, 1)


# How a run ends otherwise


def test_a_run_out_of_time_is_stopped_while_deferred_and_says_so(live: Live) -> None:
    run = live.start("hurried")
    until(lambda: run.state() == "failed", LONG)
    until((run.folder / "stopped").exists, LONG)
    (row,) = run.rows()
    assert row["overall_status"] == "failed"
    assert row["error_message"] == "It took longer than six seconds and was stopped."
    assert row["status"] == "cancelled"
    assert row["error_message"] in run.note()


def test_a_killed_task_leaves_a_sentence(live: Live) -> None:
    run = live.start("frail")
    os.kill(run.task("hold")["pid"], signal.SIGKILL)
    until(lambda: run.state() == "failed", LONG)
    until((run.folder / "stopped").exists, LONG)
    (row,) = run.rows()
    assert (row["status"], row["overall_status"]) == ("failed", "failed")
    assert row["error_message"] == "It could not be finished: The worker died."
    assert row["error_message"] in run.note()


def test_a_run_marked_failed_stops_all_of_it(live: Live) -> None:
    run = live.start("deferred")
    until(lambda: run.task_state() == "deferred", LONG)
    run.end()
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)
    (row,) = run.rows()
    assert row["status"] in ("failed", "cancelled")
    assert row["error_message"] == "An operator stopped it before it was finished."
    assert row["error_message"] in run.note()


def test_a_finished_run_that_is_deleted_leaves_nothing_at_work(live: Live) -> None:
    run = live.start("deferred")
    refused = live.http.delete(run.path)
    assert refused.status_code == 409  # Airflow deletes no run that is at work
    run.end()
    assert live.http.delete(run.path).is_success
    until((run.folder / "stopped").exists, LONG)
    until(lambda: run.rows()[0]["overall_status"] == "failed", LONG)


def test_what_is_cancelled_before_its_agent_began_never_begins(live: Live) -> None:
    run = live.trigger("unserved")
    until(lambda: run.task_state() == "deferred", LONG)
    run.cancel()
    (row,) = run.rows()
    assert (row["status"], row["overall_status"]) == ("cancelled", "cancelled")
    until(lambda: run.state() == "failed", LONG)
    assert run.dispatches() == ["REVOKED"]
    assert "cancelled" in run.note()


def test_what_is_cancelled_between_two_tries_is_not_tried_again(live: Live) -> None:
    run = live.trigger("patient")
    until(lambda: run.task_state() == "up_for_retry", LONG)
    run.cancel()
    until(lambda: run.state() == "failed", LONG)
    (row,) = run.rows()
    assert row["overall_status"] == "cancelled"
    assert row["status"] in ("skipped", "cancelled")
    assert run.dispatches() == ["FAILURE"]


def test_voices_that_wait_never_keep_a_writer_from_its_slot(live: Live) -> None:
    """More podcasts at once than there are slots, all begun in the same moment."""
    pool = {"pool": "voices", "slots": 2, "include_deferred": False}
    live.http.patch("/pools/voices", json=pool).raise_for_status()
    live.http.patch("/dags/burst", json={"is_paused": True}).raise_for_status()
    runs = [live.trigger("burst") for _ in range(6)]
    live.http.patch("/dags/burst", json={"is_paused": False}).raise_for_status()
    until(lambda: all(run.state() == "success" for run in runs), LONG)
    writers = sorted(run.task("write")["queued_when"] for run in runs)
    voices = sorted(run.task("speak")["start_date"] for run in runs)
    # Two voices have a slot from the start; the next is given one after every writer has its own.
    assert writers[-1] <= voices[2]
