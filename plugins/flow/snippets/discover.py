"""Has topics found: the first step of a refresh."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.sdk import BaseOperatorLink, Context

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.agent.state import AgentState
from plugins.flow.snippets.bare import hand_on_bare
from plugins.flow.snippets.claim import POOL, take_over
from plugins.flow.snippets.refresh import RefreshStep, plan_steps
from plugins.step.links import PageLink
from plugins.step.rows import Connection, Step
from sql.statements import Statement

ASKED = ("query", "limit", "parent_topic_id", "hurry")
"""What of a run's conf the agent is asked."""
HANDED_ON = ("topic_id", "title_suggestion", "keywords", "fingerprint")
"""What of a topic its card's steps are given; the rest stands in the database."""


@dataclass(frozen=True)
class Interest:
    """What those who came lately think of a category."""

    category: str
    liked: float
    """The share of them that likes it."""
    muted: bool
    """Whether none of them wants it."""


INTERESTS = Statement("refreshes/interests", Interest)


class DiscoverTopicsOperator(RefreshStep, AgentOperator):
    """TDA. Hands on a list, a short dictionary for each topic, over which the cards are mapped.

    Every run for everybody takes the pool here: one that Airflow itself began has to claim it, one
    that was ordered has it, unless it was cleared and another came meanwhile. Where another refresh
    is at work, nothing is looked for, and the run ends well.
    """

    operator_extra_links: tuple[BaseOperatorLink, ...] = (PageLink(),)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="tda.discover_topics", **kwargs)

    def describe_inputs(self, context: Context) -> dict[str, JSON]:
        """What was asked for."""
        return {name: context["params"].get(name) for name in ASKED}

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Claim, plan, ask."""
        plan_steps(connection, step)
        self.inputs = self.describe_inputs(context)
        is_for_all = not (self.inputs["query"] or self.inputs["parent_topic_id"])
        if is_for_all and not take_over(connection, POOL, step.workflow_id):
            return {"topics": [], "feeds": [], "elsewhere": True}
        self.inputs["interests"] = read_interests(connection, step.user_id)
        return super().perform(connection, step, context)

    def _conclude(self, connection: Connection, step: Step, state: AgentState) -> dict[str, JSON]:
        """What was found, and behind it the cards that still want a picture."""
        summary = super()._conclude(connection, step, state)
        found = summary["topics"]
        return summary | {"topics": [*found, *hand_on_bare(connection, step.user_id, found)]}

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """The topics in short, and how the feeds stand."""
        topics = [{name: each[name] for name in HANDED_ON} for each in result["discovered_topics"]]
        counts = {name: result[name] for name in ("considered", "stories", "joined")}
        return {"topics": topics, "feeds": result["feeds"], **counts}

    def hand_on(self, summary: dict[str, JSON]) -> JSON:
        """The topics, a list: what a group is mapped over."""
        return summary["topics"]


def read_interests(connection: Connection, user_id: UUID | None) -> dict[str, JSON]:
    """What is liked, by share, and what nobody wants; one user's own where a flow is theirs."""
    interests = INTERESTS.all(connection, user_id=user_id)
    return {
        "liked": {each.category: round(each.liked, 3) for each in interests if each.liked},
        "muted": [each.category for each in interests if each.muted],
    }
