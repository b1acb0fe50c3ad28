"""The one way to write an agent's task.

::

    @agent_task("pswa.weave_script")
    def weave_script(call: AgentCall, *, topic: str, source_ids: list[UUID]) -> JSON: ...
"""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints
from uuid import UUID

import psycopg
import structlog
from celery.signals import setup_logging  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

import agents.warming  # noqa: F401  (every worker warms up)
from agents import attempt
from agents.call import AgentCall
from agents.canonical import JSON, canonical
from agents.celery_app import app
from agents.dispatch import fingerprint_request
from agents.errors import Cancelled, Deferred, FenceLost, InvalidRequest
from agents.failures import describe_error
from agents.hold import Hold
from agents.idempotency import Completed, ErrorPayload, Failed, Lease, Leased, Owned, Request
from agents.logs import configure_logs
from agents.process import Process, this_process
from agents.renewal import Renewal

__all__ = ["AgentCall", "AgentTask", "agent_task"]

Body = Callable[..., JSON]
Ending = Completed | Failed | Leased | None

log = structlog.get_logger(__name__)


@setup_logging.connect  # type: ignore[untyped-decorator]
def _configure_worker_logs(loglevel: int | None = None, **_: object) -> None:
    configure_logs(loglevel or "INFO")


class AgentTask:
    """A task's name and body, idempotent by its key."""

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self.body = body
        """The undecorated function, for tests of what it does with an AgentCall."""
        self._arguments = _model_of(body)

    def perform(self, process: Process, task_id: UUID | None, kwargs: dict[str, JSON]) -> Ending:
        """Do what one arrival of the message asks.

        Returns the key's answer; Leased where another owner is at work or the task gave its
        slot back (the dispatch then waits for the answer, not this worker); None where the
        call is not wanted any more.
        """
        workflow_id = UUID(str(kwargs["workflow_id"]))
        request = Request(
            idempotency_key=kwargs["idempotency_key"],
            task_name=self.name,
            workflow_id=workflow_id,
            fingerprint=fingerprint_request(self.name, kwargs),
        )
        outcome = attempt.begin(process.pool, task_id, request, process.settings.terms)
        if isinstance(outcome, Owned):
            try:
                return self._work(process, task_id, outcome.lease, kwargs)
            finally:
                structlog.contextvars.unbind_contextvars(*attempt.NAMES)
        log.info("task not run", because=type(outcome).__name__ if outcome else "dispatch over")
        return outcome

    def _work(
        self, process: Process, task_id: UUID | None, lease: Lease, kwargs: dict[str, JSON]
    ) -> Ending:
        hold = Hold(process.pool, lease, process.settings.terms, task_id)
        log.info("task started", fence=lease.fence, attempt=lease.attempt)
        try:
            with Renewal(hold):
                result = self._run(process, hold, kwargs)
                attempt.complete(hold, result)
        except (Cancelled, FenceLost) as stopped:
            log.warning("task stopped", because=type(stopped).__name__)
            return None
        except Deferred as deferred:
            return _defer(hold, deferred.seconds)
        except Exception as error:
            return _fail(hold, error)
        log.info("task completed")
        return Completed(result)

    def _run(self, process: Process, hold: Hold, kwargs: dict[str, JSON]) -> JSON:
        arguments = self._validate(kwargs)
        caller = attempt.find_caller(process.pool, hold.lease.request.workflow_id)
        structlog.contextvars.bind_contextvars(**caller.names)
        result = self.body(AgentCall(process, hold, caller.user_id), **arguments)
        canonical(result)
        return result

    def _validate(self, kwargs: dict[str, JSON]) -> dict[str, Any]:
        named = {
            name: value
            for name, value in kwargs.items()
            if name not in ("idempotency_key", "workflow_id")
        }
        try:
            model = self._arguments.model_validate(named)
        except ValidationError as error:
            raise InvalidRequest(_list_problems(error)) from None
        return {name: getattr(model, name) for name in model.model_fields_set}


def agent_task(name: str) -> Callable[[Body], AgentTask]:
    """Make a function the body of the Celery task ``name`` (``<agent>.<task>``).

    The body takes an :class:`AgentCall` and keyword-only, annotated arguments, and returns
    JSON. The message's kwargs are validated against the annotations. An exception's
    ``retryable`` decides whether its key may be claimed again.
    """

    def decorate(body: Body) -> AgentTask:
        task = AgentTask(name, body)

        def arrive(message: Any, **kwargs: JSON) -> None:
            task_id = UUID(message.request.id) if message.request.id else None
            with structlog.contextvars.bound_contextvars(
                task=name, task_id=message.request.id, workflow_id=kwargs.get("workflow_id")
            ):
                _arrive(task, task_id, kwargs)

        app.task(arrive, name=name, bind=True, typing=False)
        return task

    return decorate


def _arrive(task: AgentTask, task_id: UUID | None, kwargs: dict[str, JSON]) -> None:
    """Handle a message. Where the database is away it is dropped: its dispatch is sent again."""
    try:
        task.perform(this_process(), task_id, kwargs)
    except psycopg.OperationalError as error:
        log.error("database away, task left to be sent again", error=str(error))


def _defer(hold: Hold, seconds: float) -> Ending:
    try:
        attempt.defer(hold, seconds)
    except (Cancelled, FenceLost):
        return None
    log.info("task deferred", seconds=seconds)
    return Leased(seconds)


def _fail(hold: Hold, error: Exception) -> Ending:
    described: ErrorPayload = describe_error(error)
    try:
        attempt.fail(hold, described)
    except FenceLost:
        return None
    foreseen = hasattr(error, "retryable")
    log.error("task failed", error=described, exc_info=None if foreseen else error)
    return Failed(described)


def _model_of(body: Body) -> type[BaseModel]:
    """A model of the keyword-only parameters of a body."""
    hints = get_type_hints(body, include_extras=True)
    fields: dict[str, Any] = {
        parameter.name: (
            hints[parameter.name],
            ... if parameter.default is inspect.Parameter.empty else parameter.default,
        )
        for parameter in inspect.signature(body).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())
    return create_model(body.__name__, __config__=config, **fields)


def _list_problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
