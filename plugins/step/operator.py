"""The base of every operator of ours: it keeps the task's row true."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from airflow.sdk import BaseOperator, BaseOperatorLink, Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, AirflowTaskTimeout
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.errors import (
    AgentCancelled,
    PluginError,
    RunReplaced,
    StandingUnknown,
    StepStopped,
    UnknownWorkflow,
    WorkflowCancelled,
)
from plugins.step import rows
from plugins.step.adoption import adopt_workflow
from plugins.step.database import connect
from plugins.step.errors import describe
from plugins.step.links import EpisodeLink, WorkflowLink
from plugins.step.place import attempt_of, birth_of, is_last_attempt, place_of, workflow_of
from plugins.step.rows import Connection, Step
from plugins.step.standing import state_of
from plugins.step.workflows import FoundWorkflow, find_workflow


class StepOperator(BaseOperator):
    """A task of a flow. Subclasses do their work in :meth:`perform`.

    What :meth:`perform` returns is the task's ``output_result_summary`` and, through
    :meth:`hand_on`, its XCom, so it is short: large objects travel as URIs. An error with
    ``retryable = False`` fails the task at once, whatever its ``retries``.
    """

    agent_name: str = "CPOA"
    """Who does the work, in the words of the design."""

    operator_extra_links: tuple[BaseOperatorLink, ...] = (EpisodeLink(), WorkflowLink())

    workflow_id: UUID | None = None
    """Known once the task has begun; the links read it."""
    agent_task_id: UUID | None = None
    """The agent's dispatch, once there is one."""
    place: dict[str, Any] | None = None
    """Where the task stands in Airflow, known with the other two."""

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Do the work; the summary of what was made."""
        raise NotImplementedError

    def describe_inputs(self, context: Context) -> dict[str, JSON]:
        """What the task works on, for its row."""
        return {}

    def adopt(self, connection: Connection, context: Context) -> None:
        """Create what the facade would have created, for a run started in Airflow."""
        adopt_workflow(connection, context)

    def abandon(self, connection: Connection, step: Step) -> None:
        """The task failed for good: stop what would now be in vain."""

    def hand_on(self, summary: dict[str, JSON]) -> JSON:
        """The task's XCom. A mapped group behind this task needs a list, and a short one."""
        return summary

    def execute(self, context: Context) -> JSON:
        """Airflow's entry to a new attempt."""
        with connect() as connection:
            step = self._begin(connection, context)
            with self._kept_true(connection, step, context):
                summary = self.perform(connection, step, context)
            rows.complete(connection, step, summary)
        return self.hand_on(summary)

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context
    ) -> JSON:
        """Airflow's entry after a deferral."""
        with connect() as connection:
            step = rows.RESUME.one(connection, **place_of(context["ti"]))
            if step is None:
                raise AirflowFailException(str(UnknownWorkflow()))
            self._know(step, context)
            with self._kept_true(connection, step, context):
                arguments = dict(next_kwargs or {}) | {"connection": connection, "step": step}
                summary: dict[str, JSON] = super().resume_execution(next_method, arguments, context)
            rows.complete(connection, step, summary)
        return self.hand_on(summary)

    def _begin(self, connection: Connection, context: Context) -> Step:
        step = self._open_row(connection, context)
        if step is None:
            self._clear_the_way(connection, context)
            step = self._open_row(connection, context, confirmed=True)
        if step is None:
            raise AirflowFailException(str(UnknownWorkflow()))
        self._know(step, context)
        return step

    def _clear_the_way(self, connection: Connection, context: Context) -> None:
        """Adopt the run, or have Airflow confirm what seems to have ended."""
        found = find_workflow(connection, context)
        if found is None:
            with connection.transaction():
                self.adopt(connection, context)
            return
        refusal = why_not(found, context)
        if refusal is not None:
            raise AirflowFailException(str(refusal))

    def _open_row(
        self, connection: Connection, context: Context, *, confirmed: bool = False
    ) -> Step | None:
        return rows.BEGIN.one(
            connection,
            confirmed=confirmed,
            workflow_id=workflow_of(context),
            run_after=birth_of(context["dag_run"]),
            agent_name=self.agent_name,
            task_order=order_of(self),
            input_params=Jsonb(self.describe_inputs(context)),
            **attempt_of(context),
        )

    def _know(self, step: Step, context: Context) -> None:
        """For the links and for on_kill, which may come at any moment of either entry."""
        self.place = place_of(context["ti"])
        self.workflow_id = step.workflow_id
        self.agent_task_id = step.external_task_id

    @contextmanager
    def _kept_true(self, connection: Connection, step: Step, context: Context) -> Iterator[None]:
        try:
            yield
        except AirflowSkipException as reason:
            rows.end(connection, step, "skipped", {"message": str(reason)})
            raise
        except AgentCancelled as error:
            rows.end(connection, step, "cancelled", describe(error))
            raise AirflowFailException(str(error)) from error
        except (Exception, AirflowTaskTimeout) as error:
            final = is_final(error, context)
            rows.end(connection, step, "failed" if final else "pending", describe(error))
            if final:
                self.abandon(connection, step)
                raise AirflowFailException(str(error)) from error
            raise


def why_not(found: FoundWorkflow, context: Context) -> PluginError | None:
    """Why a task may not begin in a workflow that is there; None where it may.

    Raises:
        StandingUnknown: Airflow did not say whether the task still runs.
    """
    if not found.is_of(context["dag_run"]):
        return RunReplaced()
    if found.overall_status == "cancelled":
        return WorkflowCancelled()
    try:
        state = state_of(place_of(context["ti"]))
    except Exception as problem:
        raise StandingUnknown from problem
    return None if state == "running" else StepStopped()


def is_final(error: BaseException, context: Context) -> bool:
    """Whether the task is not tried again after this error."""
    never = isinstance(error, AirflowFailException) or not getattr(error, "retryable", True)
    return never or is_last_attempt(context["ti"])


def order_of(operator: BaseOperator) -> int:
    """The task's place in its DAG's file, counted from 0."""
    return list(operator.dag.task_dict).index(operator.task_id)
