"""An agent whose worker takes a while to warm up, and stumbles on the way."""

import os
import time
from pathlib import Path

from agents.canonical import JSON
from agents.task import AgentCall, agent_task
from agents.warming import when_warming


@when_warming
def breaks() -> None:
    """What fails keeps no worker from its work."""
    raise OSError("nothing is where it should be")


@when_warming
def dawdles() -> None:
    """Long enough for a ping to overtake it."""
    time.sleep(1.5)
    Path(os.environ["PROBE_WARM"]).write_text("warm")


@agent_task("probe.rest")
def rest(call: AgentCall) -> JSON:
    """Nothing."""
    return {}
