"""Cards that stand without a picture, handed on with what a refresh has found.

A painter that was away when they were made left them bare, and most of them stand for long: so
later refreshes have them painted, a few each. Their writer returns them as they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.canonical import JSON
from plugins.step.rows import Connection
from sql.statements import Statement

MOST = 12
"""How many one refresh hands on."""
MOST_TRIES = 16
"""What was never painted in so many tries cannot be painted."""


@dataclass(frozen=True)
class Bare:
    """A card that has its words, as its steps are given it."""

    topic_id: UUID
    title_suggestion: str
    keywords: list[str]
    fingerprint: str


HAND_ON_BARE = Statement("refreshes/hand_on_bare", Bare)


def hand_on_bare(
    connection: Connection, user_id: UUID | None, found: Sequence[dict[str, JSON]]
) -> list[dict[str, JSON]]:
    """The cards whose time for another try has come, but for those that were found; marked
    ``bare``, since they are nothing that this refresh made.
    """
    cards = HAND_ON_BARE.all(
        connection,
        user_id=user_id,
        topic_ids=[topic["topic_id"] for topic in found],
        most=MOST,
        most_tries=MOST_TRIES,
    )
    return [vars(card) | {"topic_id": str(card.topic_id), "bare": True} for card in cards]
