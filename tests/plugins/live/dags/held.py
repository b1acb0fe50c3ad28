"""Tasks whose agents work until the test lets them go, and DAGs that end in every other way."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Context, task_group

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.step.operator import StepOperator
from plugins.step.rows import Connection, Step

HOUR = 3600.0
BAD_TOPIC = 3
"""Of a run of `cards`: of this one nothing ever comes."""


class FolderOperator(AgentOperator):
    """Its agent is asked for no more than where to leave its marks: the workflow's own folder."""

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The folder."""
        folder = Path(os.environ["PROBE_FOLDER"]) / str(step.workflow_id)
        folder.mkdir(exist_ok=True)
        return {"folder": str(folder)}


class HoldOperator(FolderOperator):
    """Its agent works until `go` appears."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(task_id="hold", agent_task="probe.hold", **kwargs)


def probe(dag_id: str, retries: int = 2, limit: timedelta | None = None) -> DAG:
    """A DAG of one task that only its test is about."""
    return DAG(
        dag_id=dag_id,
        schedule=None,
        tags=["probe"],
        dagrun_timeout=limit,
        default_args={"retries": retries, "retry_delay": timedelta(seconds=1)},
    )


with probe("waiting"):
    HoldOperator(wait_seconds=HOUR)

with probe("deferred"):
    HoldOperator(wait_seconds=0.0)

with probe("hurried", limit=timedelta(seconds=6)):
    HoldOperator(wait_seconds=0.0)

with probe("frail", retries=0):
    HoldOperator(wait_seconds=HOUR)

with probe("patient") as patient:
    AgentOperator(
        task_id="hold",
        agent_task="probe.fail",
        inputs={"retryable": True},
        wait_seconds=HOUR,
        retry_delay=timedelta(hours=1),
    )

with probe("unserved"):
    AgentOperator(task_id="hold", agent_task="nobody.serves", wait_seconds=0.0)


class FindOperator(StepOperator):
    """Finds as many topics as the run is asked for."""

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """The topics."""
        return {"topics": list(range((context["dag_run"].conf or {}).get("topics", 0)))}

    def hand_on(self, summary: dict[str, JSON]) -> JSON:
        """A list."""
        return summary["topics"]


class CardOperator(FolderOperator):
    """One of a mapped group: its agent is told its place."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="probe.card", wait_seconds=HOUR, **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The folder, and the place."""
        assert self.place is not None
        place = self.place["map_index"]
        return super().compute_inputs(connection, step) | {"place": place, "bad": BAD_TOPIC}


class EndOperator(StepOperator):
    """Comes last, whatever became of the rest."""

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Nothing."""
        return {}


with probe("cards"):
    found = FindOperator(task_id="find")

    @task_group(group_id="card")
    def card(topic: int) -> None:
        """A topic's steps."""
        CardOperator(task_id="make") >> EndOperator(task_id="behind")

    card.expand(topic=found.output) >> EndOperator(task_id="end", trigger_rule="all_done")

with probe("burst"):
    FolderOperator(task_id="write", agent_task="probe.write", pool="writers", priority_weight=10)
    FolderOperator(task_id="speak", agent_task="probe.speak", pool="voices", wait_seconds=3)
