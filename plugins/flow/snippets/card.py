"""A step of one card: which topic it is about."""

from dataclasses import dataclass
from typing import Any

from airflow.sdk import Context

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.errors import InputMissing
from plugins.flow.snippets.giving_way import give_way
from plugins.flow.snippets.refresh import RefreshStep
from plugins.step.rows import Connection, Step
from sql.statements import Statement


@dataclass(frozen=True)
class Found:
    """A topic as ``discover`` handed it on; None where it found fewer."""

    topic: dict[str, Any] | None


TOPIC_AT = Statement("refreshes/topic_at", Found)


class CardStep(RefreshStep, AgentOperator):
    """One of a mapped group's steps. Its topic is the one at its map index."""

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Let listeners go first, then ask the agent."""
        give_way(connection, step.workflow_id)
        return super().perform(connection, step, context)

    def read_topic(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The topic.

        Raises:
            InputMissing: nothing was found at this place.
        """
        assert self.place is not None
        map_index = self.place["map_index"]
        found = TOPIC_AT.one(connection, workflow_id=step.workflow_id, map_index=map_index)
        if found is None or found.topic is None:
            raise InputMissing("There is no topic to make a card of.")
        return found.topic
