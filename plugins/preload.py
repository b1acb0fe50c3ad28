"""What the processes that fork tasks do once, so that no task does it again.

Airflow loads plugins twice: for its own processes, and for tasks, where it looks through the
metadata of every installed package. Asking for the tasks' listeners makes it do that here.
"""

from contextlib import suppress
from importlib import import_module

from airflow.sdk.listener import get_listener_manager
from pydantic import ValidationError

from plugins.flow.snippets.settings import refresh_settings
from plugins.settings import flow_settings

STARTING = (
    "airflow.dag_processing.bundles.local",
    "airflow.dag_processing.dagbag",
    "airflow.sdk.definitions.connection",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_mapping",
    "airflow.sdk.execution_time.timeout",
    "airflow.version",
)
"""What Airflow itself imports after the fork: some in every task, some in each worker's first."""


def warm_airflow() -> None:
    """Import what Airflow would import in every task, and have it load its certificates once.

    The client opens no connection; its kind keeps what it loaded.
    """
    for name in STARTING:
        import_module(name)
    from airflow.sdk.api.client import Client

    Client(base_url="http://127.0.0.1", token="").close()


def warm_mapping() -> None:
    """Map a group once: the first in a process has Airflow import its providers' decorators."""
    from airflow.sdk import DAG, BaseOperator, task_group

    def member(topic: object) -> None:
        BaseOperator(task_id="member", params={"topic": str(topic)})

    with DAG(dag_id="warm"):
        task_group(member).expand(topic=BaseOperator(task_id="first").output)


class Preload:
    """Runs once in a process: asking for the listeners loads the plugin, which asks again."""

    begun = False

    @classmethod
    def run(cls) -> None:
        """Import what tasks need of Airflow's and of ours, and load the plugins of tasks."""
        if cls.begun:
            return
        cls.begun = True
        import plugins.flow.forge_voice
        import plugins.flow.generate_cover
        import plugins.flow.harvest
        import plugins.flow.publish
        import plugins.flow.snippets.collect
        import plugins.flow.snippets.compose
        import plugins.flow.snippets.craft
        import plugins.flow.snippets.discover
        import plugins.flow.snippets.finish
        import plugins.flow.snippets.paint
        import plugins.flow.weave_script  # noqa: F401
        import streamer.media.local  # noqa: F401

        get_listener_manager()
        warm_airflow()
        warm_mapping()
        with suppress(ValidationError):  # the task that lacks a setting says so
            flow_settings()
            refresh_settings()
