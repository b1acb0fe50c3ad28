"""Has the landing page composed of the best cards in the pool."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.sdk.exceptions import AirflowSkipException

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.flow.snippets.refresh import RefreshStep
from plugins.flow.snippets.result import read_result
from plugins.step.rows import Connection, Step
from sql.statements import Statement

CARDS = 24
"""On a page as everybody may see it."""


@dataclass(frozen=True)
class Chosen:
    """A card for the page."""

    snippet_id: UUID


BEST = Statement("refreshes/best_cards", Chosen)


class ComposePageOperator(RefreshStep, AgentOperator):
    """DUIA. Without its page the facade composes one itself, so this may fail."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="duia.compose_page", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The best cards of the pool, everybody's only."""
        if step.user_id is not None:
            raise AirflowSkipException("What one person explores is on no page for all.")
        if read_result(connection, step.workflow_id).elsewhere:
            raise AirflowSkipException("Another refresh is at work.")
        chosen = BEST.all(connection, most=CARDS, of_category=CARDS // 3)
        if not chosen:
            raise AirflowSkipException("There is no card for a page.")
        return {"snippet_ids": [str(card.snippet_id) for card in chosen], "kind": "landing"}

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """Which page; it stands in its own table."""
        return {
            "page_id": result["page_id"],
            "sha256": result["sha256"],
            "cards": len(result["snippets"]),
        }
