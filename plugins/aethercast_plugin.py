"""What we register with Airflow. The only file here that Airflow loads as a plugin."""

import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from plugins.airflow_local_settings import FORKING
from plugins.step import listener
from plugins.step.links import AgentTaskLink, EpisodeLink, WorkflowLink


class AethercastPlugin(AirflowPlugin):
    """Links on our tasks, and the listener that keeps our rows true."""

    name = "aethercast"
    operator_extra_links = [EpisodeLink(), WorkflowLink(), AgentTaskLink()]  # noqa: RUF012
    listeners = [listener]  # noqa: RUF012

    @classmethod
    def on_load(cls, *_: Any, **__: Any) -> None:
        """Import the operators before tasks are forked, not again in each of them."""
        if FORKING & set(sys.argv):
            import plugins.flow.publish
            import plugins.flow.weave_script  # noqa: F401
