"""Waits in the triggerer for an agent that takes long.

It only reads: Airflow may run one trigger in two triggerers at once.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from airflow.triggers.base import BaseTrigger, TriggerEvent

from plugins.agent.hook import AgentHook

ENDED = "ended"
OVERDUE = "overdue"


class AgentTrigger(BaseTrigger):
    """Fires once, when the agent's task has ended or its deadline is over."""

    def __init__(self, task_id: str, deadline: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.agent_task_id = task_id
        self.deadline = deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and what it takes to make this trigger again."""
        return (
            "plugins.agent.trigger.AgentTrigger",
            {"task_id": self.agent_task_id, "deadline": self.deadline},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """The event says only that it is over: the worker reads the result itself."""
        state = await AgentHook().wait_async(UUID(self.agent_task_id), self.deadline)
        outcome = OVERDUE if state is None else ENDED
        yield TriggerEvent({"outcome": outcome})  # type: ignore[no-untyped-call]

    async def on_kill(self) -> None:
        """A person marked the task or cleared it. Airflow calls this for nothing else."""
        await asyncio.to_thread(AgentHook().cancel_now, UUID(self.agent_task_id))
