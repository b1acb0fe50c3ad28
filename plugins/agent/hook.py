"""All I/O of an agent call: PostgreSQL, the broker, the status service.

The operator waits with it on a worker, the trigger in an event loop.
"""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

import httpx
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.agent.state import AgentState, read_state
from plugins.errors import AgentCancelled, StatusUnavailable
from plugins.settings import FlowSettings, flow_settings
from plugins.step.database import connect
from plugins.step.rows import CANCEL_STEP, HOLD_OPEN, NOTE_DISPATCH, Connection, Step

LONGEST_POLL = 30.0
"""Seconds the status service holds an answer at most."""
PAUSE = 0.25
"""Seconds between two attempts to reach a status service that is away."""
UNKNOWN = "The agents know nothing of this task."

log = logging.getLogger(__name__)


class AgentHook:
    """The way to an agent."""

    def __init__(self, settings: FlowSettings | None = None) -> None:
        self._settings = settings or flow_settings()

    def submit(
        self, connection: Connection, step: Step, agent_task: str, kwargs: dict[str, JSON]
    ) -> UUID:
        """Hand the task to its agent and note the dispatch in the step's row, in one transaction.

        A key with an open dispatch is joined. The message is sent after the commit; where the
        broker is away, the status service sends it later.

        Raises:
            AgentCancelled: the workflow was closed meanwhile.
        """
        from agents import dispatch  # Celery: too heavy for a module that every DAG file imports

        with connection.transaction():
            if HOLD_OPEN.one(connection, workflow_id=step.workflow_id) is None:
                raise AgentCancelled
            sent = dispatch.record(connection, agent_task, kwargs)
            NOTE_DISPATCH.run(
                connection,
                task_id=step.task_id,
                external_task_id=sent.task_id,
                input_params=Jsonb(kwargs),
            )
        if sent.created:
            dispatch.send(sent)
        return sent.task_id

    def cancel(self, connection: Connection, task_id: UUID) -> bool:
        """Stop a task, queued or running; False where nothing was open."""
        from agents import dispatch

        return dispatch.cancel(connection, task_id)

    def wait(self, task_id: UUID, seconds: float) -> AgentState | None:
        """The task's state once it has ended, or as it is after so many seconds.

        None where the status service did not answer in that time.
        """
        until = time.monotonic() + seconds
        state: AgentState | None = None
        with httpx.Client(**self._client_options()) as client:
            while True:
                left = max(0.0, until - time.monotonic())
                try:
                    state = _understand(client.get(_poll(task_id, left)))
                except (StatusUnavailable, httpx.TransportError) as problem:
                    log.warning("task %s: no answer (%s)", task_id, problem)
                    time.sleep(min(PAUSE, left))
                if (state and state.is_final) or time.monotonic() >= until:
                    return state

    async def wait_async(self, task_id: UUID, deadline: float) -> AgentState | None:
        """The task's final state; None at ``deadline`` (Unix time)."""
        async with httpx.AsyncClient(**self._client_options()) as client:
            while (left := deadline - time.time()) > 0:
                try:
                    state = _understand(await client.get(_poll(task_id, left)))
                except (StatusUnavailable, httpx.TransportError):
                    await asyncio.sleep(PAUSE)
                    continue
                if state.is_final:
                    return state
        return None

    def cancel_now(self, task_id: UUID) -> bool:
        """:meth:`cancel_with_step` on a connection of its own."""
        with connect() as connection:
            return self.cancel_with_step(connection, task_id)

    def cancel_with_step(self, connection: Connection, task_id: UUID) -> bool:
        """:meth:`cancel`, and the task's row says so."""
        stopped = self.cancel(connection, task_id)
        CANCEL_STEP.run(connection, external_task_id=task_id)
        return stopped

    def _client_options(self) -> dict[str, Any]:
        """Loading the certificate store costs 20 ms, which plain HTTP has no use for."""
        base = self._settings.agents_url.rstrip("/")
        token = self._settings.service_token.get_secret_value()
        return {
            "base_url": base,
            "headers": {"Authorization": f"Bearer {token}"},
            "timeout": httpx.Timeout(LONGEST_POLL + 10, connect=5),
            "verify": httpx.URL(base).scheme != "http",
            "trust_env": False,
        }


def _poll(task_id: UUID, seconds: float) -> str:
    return f"/v1/tasks/{task_id}?wait={min(seconds, LONGEST_POLL):.3f}"


def _understand(answer: httpx.Response) -> AgentState:
    if answer.status_code == httpx.codes.NOT_FOUND:
        return AgentState("FAILURE", error={"type": "UnknownDispatch", "message": UNKNOWN})
    if answer.status_code != httpx.codes.OK:
        raise StatusUnavailable(f"The task status service answered {answer.status_code}.")
    return read_state(answer.json())
