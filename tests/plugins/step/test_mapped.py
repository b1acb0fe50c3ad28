"""One instance of a mapped task fails for good; its siblings' agents go on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.agent.trigger import OVERDUE
from plugins.step import listener
from plugins.step.rows import OPEN_DISPATCHES
from tests.plugins.flow.podcasts import Accepted, accept
from tests.plugins.runs import Run
from tests.plugins.step.test_listener import instance

Connection = psycopg.Connection[Any]
Fail = Callable[[Accepted], None]
TASK = "card.craft"


class Listing(AgentOperator):
    """Hands on a list, as a mapped group behind it needs."""

    def hand_on(self, summary: dict[str, JSON]) -> JSON:
        return [summary["word"]]


def make() -> AgentOperator:
    with DAG(dag_id="podcast"):
        return AgentOperator(task_id=TASK, agent_task="nobody.serves", wait_seconds=0)


def begin(podcast: Accepted, map_index: int) -> None:
    """An instance hands its work to an agent and defers."""
    operator = make()
    run = Run(run_id=podcast.run_id, conf=podcast.conf)
    with pytest.raises(TaskDeferred):
        operator.execute(run.attempt(operator, map_index=map_index))


def fail_by_itself(podcast: Accepted) -> None:
    operator = make()
    context = Run(run_id=podcast.run_id, conf=podcast.conf).attempt(operator, map_index=1)
    with pytest.raises(AirflowFailException):
        operator.resume_execution("resume", {"event": {"outcome": OVERDUE}}, context)


def fail_by_its_death(podcast: Accepted) -> None:
    listener.on_task_instance_failed("running", of_topic(podcast, "failed"), "gone")


def fail_by_a_mark(podcast: Accepted) -> None:
    listener.on_task_instance_failed(None, of_topic(podcast, "failed"), "set")


def succeed_by_a_mark(podcast: Accepted) -> None:
    listener.on_task_instance_success(None, of_topic(podcast, "success"))


def of_topic(podcast: Accepted, state: str) -> Any:
    return instance(podcast, TASK, state, map_index=1)


def open_work(connection: Connection, podcast: Accepted, map_index: int | None) -> list[UUID]:
    found = OPEN_DISPATCHES.all(
        connection,
        workflow_id=podcast.workflow_id,
        airflow_task_id=TASK,
        map_index=map_index,
    )
    return [each.task_id for each in found]


@pytest.mark.parametrize(
    "fail", [fail_by_itself, fail_by_its_death, fail_by_a_mark, succeed_by_a_mark]
)
def test_the_agents_of_its_siblings_go_on(connection: Connection, chain: Path, fail: Fail) -> None:
    podcast = accept(connection)
    for map_index in range(3):
        begin(podcast, map_index)
    before = [open_work(connection, podcast, map_index) for map_index in range(3)]
    assert [len(each) for each in before] == [1, 1, 1]
    fail(podcast)
    assert [open_work(connection, podcast, each) for each in range(3)] == [before[0], [], before[2]]


def test_what_a_task_hands_on_need_not_be_its_summary(connection: Connection, chain: Path) -> None:
    with DAG(dag_id="podcast"):
        operator = Listing(
            task_id="discover",
            agent_task="probe.answer",
            inputs={"word": "found", "folder": str(chain)},
            wait_seconds=10,
        )
    podcast = accept(connection)
    run = Run(run_id=podcast.run_id, conf=podcast.conf)
    assert operator.execute(run.attempt(operator)) == ["found"]
    [row] = connection.execute(
        "SELECT output_result_summary ->> 'word' FROM task_instances WHERE workflow_id = %s",
        [podcast.workflow_id],
    ).fetchall()
    assert row == ("found",)
