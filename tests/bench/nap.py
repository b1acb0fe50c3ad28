"""The work of a measured hop: a real agent task that sleeps."""

import time

from agents.canonical import JSON
from agents.task import AgentCall, agent_task


@agent_task("nap.take")
def take(call: AgentCall, *, seconds: float) -> JSON:
    """Sleep; the call is claimed, recorded and completed as any other."""
    time.sleep(seconds)
    return {"slept": seconds}
