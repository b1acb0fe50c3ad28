"""Has a card written: its commit is what publishes it."""

from typing import Any

from agents.canonical import JSON
from plugins.flow.snippets.card import CardStep
from plugins.flow.snippets.discover import HANDED_ON
from plugins.step.rows import Connection, Step


class CraftSnippetOperator(CardStep):
    """SCA, for one topic."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="sca.craft_snippet", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The topic as it was found."""
        topic = self.read_topic(connection, step)
        return {name: topic[name] for name in HANDED_ON if name in topic}

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """Which card, and who wrote it; its words stand in the pool."""
        return {name: result[name] for name in ("snippet_id", "topic_id", "title", "model")}
