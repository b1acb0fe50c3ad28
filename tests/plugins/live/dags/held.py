"""A task whose agent works until the test lets it go, and one after it."""

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.step.rows import Connection, Step


class HoldOperator(AgentOperator):
    """The agent's folder is the workflow's own."""

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """Where the agent leaves its marks."""
        folder = Path(os.environ["PROBE_FOLDER"]) / str(step.workflow_id)
        folder.mkdir(exist_ok=True)
        return {"folder": str(folder)}


for name, wait in (("waiting", 600.0), ("deferred", 0.0)):
    with DAG(
        dag_id=name,
        schedule=None,
        tags=["probe"],
        default_args={"retries": 2, "retry_delay": timedelta(seconds=1)},
    ):
        HoldOperator(task_id="hold", agent_task="probe.hold", wait_seconds=wait)
