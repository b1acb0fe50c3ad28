"""What the processes that fork tasks do once, so that no task does it again.

Airflow loads plugins twice: for its own processes, and for tasks, where it looks through the
metadata of every installed package. Asking for the tasks' listeners makes it do that here.
"""

from airflow.sdk.listener import get_listener_manager


class Preload:
    """Runs once in a process: asking for the listeners loads the plugin, which asks again."""

    begun = False

    @classmethod
    def run(cls) -> None:
        """Import the operators of our flows and load the plugins of tasks."""
        if cls.begun:
            return
        cls.begun = True
        import plugins.flow.forge_voice
        import plugins.flow.generate_cover
        import plugins.flow.harvest
        import plugins.flow.publish
        import plugins.flow.weave_script  # noqa: F401

        get_listener_manager()
