"""Calls an agent: submits its Celery task, waits for it, and gives its slot back meanwhile."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from airflow.sdk import BaseOperatorLink, Context

from agents.canonical import JSON
from plugins.agent.hook import AgentHook
from plugins.agent.key import derive_key
from plugins.agent.state import AgentState
from plugins.agent.trigger import OVERDUE, AgentTrigger
from plugins.errors import AgentOverdue
from plugins.settings import flow_settings
from plugins.step import rows
from plugins.step.links import AgentTaskLink
from plugins.step.operator import StepOperator
from plugins.step.place import place_of
from plugins.step.readers import clear_readers, work_in_vain
from plugins.step.rows import Connection, Step
from plugins.step.standing import is_stopped_by_server

GRACE = timedelta(minutes=1)
"""How long after the deadline Airflow itself ends a deferral whose triggerer is gone."""


class AgentOperator(StepOperator):
    """An agent call as a task.

    The key is derived before anything is sent, so an attempt that died between submitting and
    noting it is joined by the next. The task waits on its worker for a few seconds and defers
    when the agent takes longer: a deferral costs a second once, a slot held costs others.

    :param agent_task: the Celery task, ``<agent>.<task>``.
    :param inputs: what the agent is asked, beside key and workflow; subclasses may compute it.
    :param deadline: the longest time from the first attempt's start to the agent's answer, over
        all retries; Airflow's own time-out does not run while a task is deferred.
    :param wait_seconds: how long to wait on the worker; the setting where it is None.
    """

    # Each link is a request to Airflow's API just when it schedules the next task, so an
    # agent's task carries only its own; the first and the last step lead to episode and workflow.
    operator_extra_links: tuple[BaseOperatorLink, ...] = (AgentTaskLink(),)

    def __init__(
        self,
        *,
        agent_task: str,
        inputs: Mapping[str, JSON] | None = None,
        deadline: timedelta = timedelta(minutes=30),
        wait_seconds: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.agent_task = agent_task
        self.agent_name = agent_task.partition(".")[0].upper()
        self.inputs = dict(inputs or {})
        self.deadline = deadline
        self.wait_seconds = wait_seconds

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """What the agent is asked in this attempt."""
        return self.inputs

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """The part of the agent's result that goes into XCom and the task's row."""
        return result

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Submit, wait a little, then defer."""
        self._supersede(connection, step, context)
        inputs = self.compute_inputs(connection, step)
        kwargs = inputs | {
            "idempotency_key": derive_key(place_of(context["ti"]), inputs, step.generation),
            "workflow_id": str(step.workflow_id),
        }
        hook = AgentHook()
        task_id = hook.submit(connection, step, self.agent_task, kwargs)
        self.agent_task_id = task_id
        state = hook.wait(task_id, min(self._patience(), self._left(step)))
        if state is not None and state.is_final:
            return self._conclude(connection, step, state)
        if self._left(step) <= 0:
            self._overdue(connection, task_id)
        return self._defer(step, task_id)

    def resume(
        self, context: Context, event: dict[str, Any], connection: Connection, step: Step
    ) -> dict[str, JSON]:
        """Go on after the trigger's event."""
        task_id = step.external_task_id
        assert task_id is not None
        if event["outcome"] == OVERDUE:
            self._overdue(connection, task_id)
        state = AgentHook().wait(task_id, self._patience())
        if state is None or not state.is_final:
            return self._defer(step, task_id)
        return self._conclude(connection, step, state)

    def abandon(self, connection: Connection, step: Step) -> None:
        """Stop the agent, and those that wait for it."""
        assert self.place is not None
        map_index = self.place["map_index"]
        for task_id in work_in_vain(connection, step.workflow_id, self.task_id, map_index):
            AgentHook().cancel(connection, task_id)

    def on_kill(self) -> None:
        """Stop the agent if a person stopped the task; not when only this worker stops."""
        if self.agent_task_id and self.place and is_stopped_by_server(self.place):
            AgentHook().cancel_now(self.agent_task_id)

    def _supersede(self, connection: Connection, step: Step, context: Context) -> None:
        """What a Clear did not reach.

        One in the second before the triggerer takes a trigger reaches no `on_kill`; and none
        reaches a reader, which stands beside this task and not behind it.
        """
        if step.generation:
            for sent in rows.SUPERSEDED.all(connection, task_id=step.task_id):
                AgentHook().cancel_with_step(connection, sent.task_id)
            clear_readers(connection, step, place_of(context["ti"]))

    def _conclude(self, connection: Connection, step: Step, state: AgentState) -> dict[str, JSON]:
        return self.summarise(state.require_result())

    def _patience(self) -> float:
        return flow_settings().flow_wait_seconds if self.wait_seconds is None else self.wait_seconds

    def _left(self, step: Step) -> float:
        """Seconds to the deadline."""
        return step.started_at.timestamp() + self.deadline.total_seconds() - time.time()

    def _defer(self, step: Step, task_id: UUID) -> dict[str, JSON]:
        left = max(0.0, self._left(step))
        self.defer(
            trigger=AgentTrigger(str(task_id), time.time() + left),
            method_name="resume",
            timeout=timedelta(seconds=left) + GRACE,
        )

    def _overdue(self, connection: Connection, task_id: UUID) -> None:
        AgentHook().cancel(connection, task_id)
        minutes = self.deadline.total_seconds() / 60
        raise AgentOverdue(f"The work took longer than {minutes:g} minutes.")
