"""Has a card written: its commit is what publishes it."""

from typing import Any

from airflow.sdk import Context

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.flow.snippets.refresh import RefreshStep, described
from plugins.step.rows import Connection, Step


class CraftSnippetOperator(RefreshStep, AgentOperator):
    """SCA, for one topic.

    :param topic: what ``discover`` handed on of it; known once the task is rendered.
    """

    template_fields = ("topic",)

    def __init__(self, *, topic: dict[str, JSON], **kwargs: Any) -> None:
        super().__init__(agent_task="sca.craft_snippet", **kwargs)
        self.topic = topic

    def describe_inputs(self, context: Context) -> dict[str, JSON]:
        """Which topic."""
        return described(self.topic)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The topic as it was found."""
        return dict(self.topic)

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """Which card, and who wrote it; its words stand in the pool."""
        return {name: result[name] for name in ("snippet_id", "topic_id", "title", "model")}
