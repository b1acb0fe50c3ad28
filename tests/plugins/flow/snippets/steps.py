"""A refresh's steps, done as Airflow does them."""

from typing import Any
from uuid import UUID

import psycopg
from airflow.sdk import DAG, BaseOperator

from plugins.flow.snippets.discover import DiscoverTopicsOperator
from plugins.flow.snippets.finish import FinishRefreshOperator
from plugins.step.operator import StepOperator
from tests.plugins.flow.podcasts import row_of
from tests.plugins.flow.snippets.refreshes import Ordered
from tests.plugins.runs import Run

Connection = psycopg.Connection[Any]
PARAMS = {"query": None, "limit": 3, "parent_topic_id": None, "hurry": True}


def empty(connection: Connection) -> None:
    """No card, no topic, and nobody at work at any."""
    for table in ("topics_snippets", "pages", "refresh_orders", "user_sessions"):
        connection.execute(f"DELETE FROM {table}".encode())


def make(kind: type[StepOperator], task_id: str, **more: Any) -> Any:
    with DAG(dag_id="snippets"):
        return kind(task_id=task_id, **more)


def run_of(refresh: Ordered) -> Run:
    return Run(run_id=refresh.run_id, conf=refresh.conf, params=PARAMS)


def do(run: Run, operator: BaseOperator, map_index: int = -1, try_number: int = 1) -> Any:
    assert isinstance(operator, StepOperator)
    return operator.execute(run.attempt(operator, map_index=map_index, try_number=try_number))


def discover(run: Run) -> Any:
    return do(run, make(DiscoverTopicsOperator, "discover", wait_seconds=20))


def finish(run: Run) -> Any:
    return do(run, make(FinishRefreshOperator, "finish"))


def ended(connection: Connection, workflow_id: UUID) -> tuple[Any, ...]:
    found = row_of(connection, "workflow_instances", "workflow_id", workflow_id)
    return found["overall_status"], found["error_message"]
