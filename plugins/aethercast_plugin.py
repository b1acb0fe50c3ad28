"""What we register with Airflow. The only file here that Airflow loads as a plugin."""

import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from plugins.airflow_local_settings import FORKING
from plugins.flow import run_listener
from plugins.preload import Preload
from plugins.step import listener
from plugins.step.links import AgentTaskLink, EpisodeLink, PageLink, WorkflowLink


class AethercastPlugin(AirflowPlugin):
    """Links on our tasks, and the listeners that keep our rows true."""

    name = "aethercast"
    operator_extra_links = [EpisodeLink(), WorkflowLink(), AgentTaskLink(), PageLink()]  # noqa: RUF012
    listeners = [listener, run_listener]  # noqa: RUF012

    @classmethod
    def on_load(cls, *_: Any, **__: Any) -> None:
        """In a process that forks tasks, do what each of them would have to do."""
        if FORKING & set(sys.argv):
            Preload.run()
