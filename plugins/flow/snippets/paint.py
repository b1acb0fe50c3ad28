"""Has a card's cover painted, and hangs it up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.agent.state import AgentState
from plugins.errors import InputMissing
from plugins.flow.snippets.card import CardStep
from plugins.step.rows import Connection, Step
from sql.statements import Command, Statement

PIXELS = 640
"""The width of a card's cover, at twice the width it is mostly shown at."""
NO_COVER = "The cover could not be painted."


@dataclass(frozen=True)
class Written:
    """A card that has its words."""

    snippet_id: UUID
    title: str
    cover_art_prompt: str | None


READ_CARD = Statement("refreshes/read_card", Written)
SET_COVER = Command("snippets/set_cover")
NOTE_PROBLEM = Command("snippets/note_cover_problem")


class PaintCardOperator(CardStep):
    """IGA, for one card: at card size, without letters, since the page sets the title itself.

    The card is in the pool already. With its picture it is told once more, and where there will be
    none it says so: a card without a cover is a card.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="iga.generate_image", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The prompt and the title that the card's writer left."""
        topic_id = self.read_topic(connection, step)["topic_id"]
        card = READ_CARD.one(connection, topic_id=topic_id)
        if card is None:
            raise InputMissing("There is no card to paint a cover for.")
        return {
            "prompt": card.cover_art_prompt or card.title,
            "aspect_ratio": "1:1",
            "title": card.title,
            "pixels": PIXELS,
            "lettering": "room",
            "topic_id": topic_id,
        }

    def abandon(self, connection: Connection, step: Step) -> None:
        """Stop the painter; the card says that it has no picture."""
        super().abandon(connection, step)
        topic_id = self.read_topic(connection, step)["topic_id"]
        NOTE_PROBLEM.run(connection, topic_id=topic_id, problem=NO_COVER)

    def _conclude(self, connection: Connection, step: Step, state: AgentState) -> dict[str, JSON]:
        painted = super()._conclude(connection, step, state)
        cover = {name: painted[name] for name in ("width", "height", "ink")}
        SET_COVER.run(
            connection,
            topic_id=self.read_topic(connection, step)["topic_id"],
            uri=painted["image_url"],
            cover=Jsonb(cover),
            problem=None,
        )
        return painted
