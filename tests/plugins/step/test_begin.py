"""When a task may begin in a workflow, or at a row, that had ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowFailException

from plugins.errors import StandingUnknown
from plugins.flow import run_listener
from plugins.flow.podcast import adopt_podcast
from plugins.step import listener
from plugins.step.operator import StepOperator
from plugins.step.place import derived_workflow
from plugins.step.rows import Connection, Step
from plugins.step.workflows import close
from tests.plugins.flow.podcasts import Accepted, accept, row_of
from tests.plugins.flow.test_run_listener import BY_HAND, dag_run
from tests.plugins.runs import Run
from tests.plugins.step.test_listener import instance

Says = Callable[[str], None]
End = Callable[[Accepted], None]


class Probe(StepOperator):
    """Does nothing, and makes a podcast of a run that has none."""

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, Any]:
        return {"made": True}

    def adopt(self, connection: Connection, context: Context) -> None:
        adopt_podcast(connection, context)


@pytest.fixture
def probe() -> Probe:
    with DAG(dag_id="podcast"):
        return Probe(task_id="forge_voice")


def plan(connection: Connection, podcast: Accepted) -> None:
    """As the harvest leaves a step that is to come."""
    connection.execute(
        """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order)
           VALUES (%s, 'VFA', 'forge_voice', 2)""",
        [podcast.workflow_id],
    )


def mark_run(podcast: Accepted) -> None:
    run_listener.on_dag_run_failed(dag_run(podcast), BY_HAND)


def mark_failed(podcast: Accepted) -> None:
    listener.on_task_instance_failed(None, instance(podcast, "forge_voice", "failed"), "set")


def mark_done(podcast: Accepted) -> None:
    listener.on_task_instance_success(None, instance(podcast, "forge_voice", "success"))


def stands(connection: Connection, podcast: Accepted) -> tuple[Any, ...]:
    """What is told of a podcast and its one step."""
    found = connection.execute(
        """SELECT flow.overall_status, flow.error_message, p.status, step.status
           FROM workflow_instances AS flow
           JOIN podcasts AS p ON p.podcast_id = flow.workflow_id
           JOIN task_instances AS step USING (workflow_id) WHERE workflow_id = %s""",
        [podcast.workflow_id],
    ).fetchone()
    assert found is not None
    return tuple(found)


@pytest.mark.parametrize(
    ("end", "state"), [(mark_run, "failed"), (mark_failed, "failed"), (mark_done, "success")]
)
def test_what_was_ended_while_its_process_started_does_not_begin(
    connection: Connection, probe: Probe, airflow_says: Says, end: End, state: str
) -> None:
    podcast = accept(connection)
    plan(connection, podcast)
    end(podcast)
    before = stands(connection, podcast)
    airflow_says(state)
    with pytest.raises(AirflowFailException, match="An operator stopped this step"):
        probe.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(probe))
    assert stands(connection, podcast) == before


@pytest.mark.parametrize("end", [mark_run, mark_failed, mark_done])
def test_what_airflow_runs_again_opens_what_had_ended(
    connection: Connection, probe: Probe, airflow_says: Says, end: End
) -> None:
    podcast = accept(connection)
    plan(connection, podcast)
    end(podcast)
    airflow_says("running")
    probe.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(probe, try_number=2))
    assert stands(connection, podcast) == ("in_progress", None, "GENERATING", "completed")


def test_an_attempt_begins_later_where_airflow_does_not_answer(
    connection: Connection, probe: Probe, airflow_says: Says
) -> None:
    podcast = accept(connection)
    plan(connection, podcast)
    mark_run(podcast)
    airflow_says("no answer")
    with pytest.raises(StandingUnknown) as refused:
        probe.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(probe))
    assert refused.value.retryable
    assert stands(connection, podcast)[0] == "failed"


def test_an_open_workflow_costs_no_question(
    connection: Connection, probe: Probe, airflow_says: Says
) -> None:
    podcast = accept(connection)
    plan(connection, podcast)
    airflow_says("no answer")
    probe.execute(Run(run_id=podcast.run_id, conf=podcast.conf).attempt(probe))
    assert stands(connection, podcast)[3] == "completed"


def test_a_run_does_not_take_the_episode_of_a_deleted_one(
    connection: Connection, probe: Probe, airflow_says: Says
) -> None:
    airflow_says("running")
    first = Run(params={"topic": "tea", "owner": "ada"})
    probe.execute(first.attempt(probe))
    workflow_id = derived_workflow("podcast", first.run_id)
    close(connection, workflow_id, "completed", None)
    before = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    second = replace(
        first,
        params={"topic": "coffee", "owner": "grace"},
        run_after=first.run_after + timedelta(seconds=1),
    )
    with pytest.raises(AirflowFailException, match="another id"):
        probe.execute(second.attempt(probe))
    told = as_airflow_tells(second)
    run_listener.on_dag_run_running(told)
    run_listener.on_dag_run_failed(told, BY_HAND)
    assert told.note is None
    assert row_of(connection, "workflow_instances", "workflow_id", workflow_id) == before
    assert row_of(connection, "podcasts", "podcast_id", workflow_id)["topic"] == "tea"
    probe.execute(first.cleared().attempt(probe, try_number=2))


def as_airflow_tells(run: Run) -> Any:
    """The run, once cleared, for a listener."""
    return SimpleNamespace(
        dag_id="podcast",
        run_id=run.run_id,
        run_after=run.run_after,
        clear_number=1,
        get_task_instances=lambda **_: [SimpleNamespace(task_id="forge_voice", state=None)],
        note=None,
    )
