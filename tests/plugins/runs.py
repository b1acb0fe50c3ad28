"""Airflow's side of an attempt at a task, as the operator sees it."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from airflow.sdk import Context

from plugins.step.operator import StepOperator


@dataclass(frozen=True)
class Run:
    """A DAG run, before or after somebody cleared in it."""

    run_id: str = field(default_factory=lambda: f"test__{uuid.uuid4()}")
    conf: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    clear_number: int = 0
    run_type: str = "manual"
    triggered_by: str | None = None
    run_after: datetime = field(default_factory=lambda: datetime.now(UTC))

    def cleared(self) -> "Run":
        """The same run after a Clear."""
        return replace(self, clear_number=self.clear_number + 1)

    def attempt(
        self, operator: StepOperator, try_number: int = 1, max_tries: int = 2, map_index: int = -1
    ) -> Context:
        """The context Airflow gives to an attempt."""
        instance = SimpleNamespace(
            dag_id=operator.dag_id,
            run_id=self.run_id,
            task_id=operator.task_id,
            map_index=map_index,
            try_number=try_number,
            max_tries=max_tries,
            state="running",
        )
        dag_run = SimpleNamespace(
            conf=self.conf,
            clear_number=self.clear_number,
            run_type=self.run_type,
            triggering_user_name=self.triggered_by,
            run_after=self.run_after,
        )
        params = {"workflow_id": None, **self.params}
        return cast(Context, {"ti": instance, "dag_run": dag_run, "params": params})
